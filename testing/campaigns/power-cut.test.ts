// The campaign in small; its figures at each of 65 536 bytes are in docs/reliability.md.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('power-cut.mjs', import.meta.url))

it('a journal whose end a power cut took, zeroed or overwrote loses the line at the cut alone, and says so', async () => {
  const args = ['--bytes', '4096', '--step', '13', '--records-every', '31', '--recover-every', '97']
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: failed.stdout || failed.stderr }),
  )
  const { results, recovered, wrong } = JSON.parse(stdout) as {
    results: { opened: number; torn?: number }[]
    recovered: number
    wrong: unknown[]
  }
  expect(wrong).toEqual([])
  expect(recovered).toBeGreaterThan(5)
  for (const { opened, torn } of results.filter(result => result.torn !== undefined)) {
    expect(opened).toBe(316)
    expect(torn).toBeGreaterThan(250)
  }
})
