import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('the committed types of the grid providers are what their OpenAPI documents give', async () => {
  // A process of its own: the generator needs another TypeScript than the rest of the repository.
  const script = fileURLToPath(new URL('grid-types.mjs', import.meta.url))
  await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toBeDefined()
})
