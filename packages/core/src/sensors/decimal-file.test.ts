import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDecimalFile } from './decimal-file.js'

let directory: string
let path: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'decimal-file-'))
  path = join(directory, 'value')
})
afterAll(() => rmSync(directory, { recursive: true }))

const readText = (text: string): { value: number; error: string | undefined } => {
  writeFileSync(path, text)
  const file = openDecimalFile(path)
  const value = file.read()
  const error = file.error()
  file.close()
  return { value, error }
}

describe('a decimal file', () => {
  it('reads every integer that a double holds, with or without leading zeros', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(4), (value, zeros) => {
        expect(readText(`${'0'.repeat(zeros)}${value}\n`)).toEqual({ value, error: undefined })
      }),
    )
  })

  it('reads a number that does not end in a newline', () => {
    expect(readText('42').value).toBe(42)
  })

  it.each([
    ['', 'ENODATA'],
    ['\n', 'EINVAL'],
    ['-5\n', 'EINVAL'],
    ['1.5\n', 'EINVAL'],
    ['12 W\n', 'EINVAL'],
    ['99999999999999999999\n', 'EINVAL'],
  ])('takes %j for no number', (text, error) => {
    expect(readText(text)).toEqual({ value: Number.NaN, error })
  })

  it('cannot be opened where there is none', () => {
    expect(() => openDecimalFile(join(directory, 'nothing'))).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    )
  })
})
