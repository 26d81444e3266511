import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

let lines: readonly string[]

beforeAll(async () => {
  // A process of its own: declarations are read by another TypeScript than the rest of the repository has.
  const script = fileURLToPath(new URL('api-surface.mjs', import.meta.url))
  lines = await new Promise((resolve, reject) => {
    execFile(process.execPath, [script, '--check'], (_error, stdout, stderr) => {
      // It ends with 1 for what it found; what it found is on stdout alone.
      if (stderr === '') resolve(stdout.split('\n').filter(Boolean))
      else reject(new Error(stderr))
    })
  })
}, 120_000)

const beginningWith = (word: string): readonly string[] => lines.filter(line => line.startsWith(word))

describe('what packages export', () => {
  it('is what api/*.txt say', () => {
    expect(beginningWith('changed: ')).toEqual([])
  })

  it('has documentation, every name of it', () => {
    expect(beginningWith('undocumented: ')).toEqual([])
  })

  it('has units, in names or in documentation, for every number', () => {
    expect(beginningWith('without a unit: ')).toEqual([])
  })
})
