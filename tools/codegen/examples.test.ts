import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('every function that packages export has an example, and every example compiles', async () => {
  // A process of its own: declarations are read by another TypeScript than the rest of the repository has.
  const script = fileURLToPath(new URL('examples.mjs', import.meta.url))
  const said = await new Promise(resolve => {
    execFile(process.execPath, [script], (_error, stdout, stderr) => resolve(stdout + stderr))
  })
  expect(said).toBe('')
}, 120_000)
