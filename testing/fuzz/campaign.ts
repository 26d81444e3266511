// What the campaigns run, and what makes an input of its seed again.
export { hostileForms } from './hostile-forms.js'
export { mutate } from './mutate.js'
export { randomFrom } from './random.js'
export { faultOf, fuzzOnce } from './run-target.js'
export { ALL_TARGETS } from './targets/all-targets.js'
