// The test suite under other lines of Node, as npm's package `node` brings them.
//
//   nice -n 10 node testing/campaigns/node-versions.mjs [--versions 20.19.0,22,24,26] [--out FILE] [PATH ...]
//
// Build first. Without paths every test runs. Prints a row of the table in docs/compatibility.md for each version, and
// what failed; ends with 1 if anything did.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values, positionals } = parseArgs({
  options: { versions: { type: 'string', default: '20.19.0,22,24,26' }, out: { type: 'string' } },
  allowPositionals: true,
})

/** Path of the binary, installed at the first use. */
const nodeOf = version => {
  const folder = join(root, 'node_modules/.cache/node-versions', version)
  const binary = join(folder, 'node_modules/node/bin/node')
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    const install = ['install', '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`]
    execFileSync('npm', install, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  }
  return binary
}

const runTests = version => {
  const binary = nodeOf(version)
  const report = join(dirname(binary), 'report.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  // Not that of an earlier time, if these tests are broken off.
  rmSync(report, { force: true })
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  spawnSync(binary, [vitest, 'run', ...positionals, ...reporters], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    // What tests call `node` is this one too.
    env: { ...process.env, PATH: dirname(binary) + delimiter + process.env.PATH },
  })
  if (!existsSync(report)) throw new Error(`The tests under Node ${version} were broken off.`)
  const found = JSON.parse(readFileSync(report, 'utf8'))
  const failures = found.testResults.flatMap(({ name, message, status, assertionResults }) => {
    const failed = assertionResults.filter(test => test.status === 'failed')
    // A file that cannot be loaded has no tests that could fail.
    const texts = failed.map(test => `${test.fullName}: ${test.failureMessages[0]?.split('\n')[0]}`)
    if (status === 'failed' && failed.length === 0) texts.push(message)
    return texts.map(text => `${relative(root, name)}: ${text}`)
  })
  return {
    version: execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim().slice(1),
    passed: found.numPassedTests,
    failed: found.numFailedTests,
    skipped: found.numPendingTests + found.numTodoTests,
    failures,
  }
}

const results = []
console.log('| Node | passed | failed | skipped |\n| --- | --- | --- | --- |')
for (const version of values.versions.split(',')) {
  const result = runTests(version)
  results.push(result)
  console.log(`| ${result.version} | ${result.passed} | ${result.failed} | ${result.skipped} |`)
  for (const failure of result.failures) console.error(`  ${failure}`)
}
if (values.out) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`)
if (results.some(({ failures }) => failures.length > 0)) process.exitCode = 1
