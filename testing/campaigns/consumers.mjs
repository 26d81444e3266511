// Users' projects with the packages as they would be published: package managers, compilers, bundlers and test runners.
//
//   nice -n 10 node testing/campaigns/consumers.mjs [--only WORD] [--keep] [--out FILE]
//
// Build first. The short version of it, with npm, TypeScript 7 and esbuild alone, is testing/src/packaging. What is
// downloaded comes from the package registry only, into a temporary folder.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packPublished } from '../dist/packaging/pack.js'
import { bundlerChecks } from './consumers/bundlers.mjs'
import { compilerChecks } from './consumers/compilers.mjs'
import { managerChecks } from './consumers/managers.mjs'
import { runnerChecks } from './consumers/runners.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-consumers-'))
const results = []
try {
  const packages = await packPublished(folder)
  const kinds = [managerChecks, compilerChecks, bundlerChecks, runnerChecks]
  const checks = kinds.flatMap(kind => kind(folder, packages))
  for (const { name, run } of checks.filter(({ name }) => name.includes(values.only))) {
    const problem = await run().then(
      () => undefined,
      error => String(error.message ?? error),
    )
    results.push({ name, problem })
    console.log(`${problem === undefined ? 'works' : 'FAILS'}  ${name}`)
    if (problem !== undefined) console.log(problem.replace(/^/gm, '       ').slice(0, 2000))
  }
} finally {
  if (values.keep) console.log(folder)
  else rmSync(folder, { recursive: true, force: true })
}
if (values.out) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`)
if (results.length === 0 || results.some(({ problem }) => problem !== undefined)) process.exitCode = 1
