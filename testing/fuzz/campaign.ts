// What testing/campaigns/fuzz.mjs runs, and what makes an input of its seed again.
export { mutate } from './mutate.js'
export { randomFrom } from './random.js'
export { fuzzOnce } from './run-target.js'
export { ALL_TARGETS } from './targets/all-targets.js'
