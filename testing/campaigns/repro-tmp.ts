export { mutate } from '../fuzz/mutate.js'
export { randomFrom } from '../fuzz/random.js'
export { ALL_TARGETS } from '../fuzz/targets/all-targets.js'
