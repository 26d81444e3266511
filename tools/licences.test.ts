import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
/** May be used by anybody for anything; MPL-2.0 asks for changes of its own files alone. */
const FREE = /^\(?(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|MPL-2\.0)(?: AND [\w.-]+)?\)?$/

it('the page of licences is what an installation brings along, all of it free to use', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [at('licences.mjs'), '--check'], {
    encoding: 'utf8',
  })
  expect(stdout + stderr).toBe('')
  const rows = readFileSync(at('../docs/licences.md'), 'utf8').match(/^\| (?!package|---).*$/gm) ?? []
  const licences = rows.map(row => row.split('|')[3]!.trim())
  expect(licences.length).toBeGreaterThan(15)
  expect(licences.filter(licence => !FREE.test(licence))).toEqual([])
  // koffi looks whether the binary for this platform is there; it is optional, and pnpm does not run it here.
  expect(rows.filter(row => row.includes('has a script')).map(row => row.split('|')[1]!.trim())).toEqual([
    'koffi',
  ])
})
