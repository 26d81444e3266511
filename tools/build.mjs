// Builds everything: the sampler's thread and the scripts of pages as strings, all packages by tsc, and core's entrances as flat files;
// and checks every row of the data that is shipped.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit', cwd: here('..') })

run(here('inline-worker.mjs'))
run(here('inline-page-script.mjs'))
run(here('../node_modules/typescript/bin/tsc'), '-b')
run(here('prune-outputs.mjs'))
run(here('data/check-shipped.mjs'))
run(here('flatten-core.mjs'))
