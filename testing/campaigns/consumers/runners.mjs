// Test runners: a test of a user that tracks a run.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newProject, patiently, run } from './project.mjs'

const TEST = `
test('a run is tracked', async () => {
  const tracker = startTracking({ country: 'FR', samplingIntervalMs: 50 })
  const end = Date.now() + 1500
  while (Date.now() < end);
  const record = await tracker.stop()
  expect(record.status).toBe('finished')
  expect(record.energy.total_kwh.value).toBeGreaterThan(0)
  expect(record.methodology.samples).toBeGreaterThan(3)
})
`
const IMPORT = "import { startTracking } from '@epochwatt/core'\n"

const RUNNERS = [
  {
    name: 'vitest 4.1.12',
    needs: ['vitest@4.1.12'],
    file: 'track.test.mjs',
    text: `import { expect, test } from 'vitest'\n${IMPORT}${TEST}`,
    command: ['node', 'node_modules/vitest/vitest.mjs', 'run'],
  },
  {
    name: 'Jest 30.5.2 with --experimental-vm-modules',
    needs: ['jest@30.5.2'],
    file: 'track.test.mjs',
    text: IMPORT + TEST,
    command: [
      'node',
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--testMatch',
      '**/*.test.mjs',
      '--transform',
      '{}',
    ],
  },
  {
    name: "Node's own",
    needs: [],
    file: 'track.test.mjs',
    text: `import assert from 'node:assert'\nimport { test } from 'node:test'\n${IMPORT}
const expect = value => ({ toBe: other => assert.equal(value, other), toBeGreaterThan: other => assert.ok(value > other) })
${TEST}`,
    command: ['node', '--test', 'track.test.mjs'],
  },
]

const check = (folder, packages, { name, needs, file, text, command }) => ({
  name: `test runner: ${name}`,
  run: async () => {
    const project = newProject(folder, `runner ${name}`, packages)
    await run(project, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', ...needs)
    writeFileSync(join(project, file), text)
    await patiently(() => run(project, ...command))
  },
})

export const runnerChecks = (folder, packages) => RUNNERS.map(runner => check(folder, packages, runner))
