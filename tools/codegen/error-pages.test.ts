import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const SCRIPT = fileURLToPath(new URL('error-pages.mjs', import.meta.url))
const docs = new URL('../../docs/', import.meta.url)

it('each code has a page of its own, as it is written from the list and the sources', {
  timeout: 120_000,
}, () => {
  // A process of its own: it needs the compiler API of another TypeScript.
  const { stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--check'], {
    encoding: 'utf8',
  })
  expect(stdout + stderr).toBe('')
  const linked =
    readFileSync(new URL('errors.md', docs), 'utf8').match(/(?<=\]\()errors\/\w+\.md(?=\))/g) ?? []
  expect(linked.length).toBeGreaterThan(100)
  expect(linked.filter(path => !existsSync(new URL(path, docs)))).toEqual([])
})
