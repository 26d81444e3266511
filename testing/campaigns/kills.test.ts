// The campaign in small: once each way to die. Its figures at a thousand deaths are in docs/reliability.md.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('kills.mjs', import.meta.url))

it('what flowed before a training died is recovered, and nothing of it twice', {
  timeout: 120_000,
}, async () => {
  // A failure says in `wrong` which run, how it died, and by how many seconds it is off.
  const args = ['--kills', '9', '--at-once', '3', '--longest-ms', '1200', '--seed', String(Date.now() % 1e6)]
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: failed.stdout || failed.stderr }),
  )
  const { kills, wrong } = JSON.parse(stdout) as { kills: number; wrong: unknown[] }
  expect(wrong).toEqual([])
  expect(kills).toBe(9)
})
