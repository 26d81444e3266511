// Sums up a test run in one line. Arguments: the JSON report of vitest, and the exit code of the whole command.
import { readFileSync } from 'node:fs'

const [reportPath, exitCode] = process.argv.slice(2)
const report = readFileSync(reportPath, 'utf8')
let passed = 0
let failed = 0
let skipped = 0

if (report === '') {
  console.log('The tests did not run; what failed before them is said above.')
} else {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(report)
  passed = numPassedTests
  skipped = numPendingTests + numTodoTests
  // A file that cannot be loaded, or set up, has no failed test of its own.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some(test => test.status === 'failed'),
  )
  for (const { name } of broken) console.log(`Failed as a whole: ${name}`)
  failed = numFailedTests + broken.length
}
if (failed === 0 && exitCode !== '0') {
  if (passed > 0) console.log('No test failed, but the command did: see above.')
  failed = 1
}

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0
