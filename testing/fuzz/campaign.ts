// What testing/campaigns/fuzz.mjs runs.
export { fuzzOnce } from './run-target.js'
export { ALL_TARGETS } from './targets/all-targets.js'
