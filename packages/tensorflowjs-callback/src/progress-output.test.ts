import { afterEach, describe, expect, it, vi } from 'vitest'
import { progressOutput } from './progress-output.js'

const original = process.stderr.isTTY

afterEach(() => {
  process.stderr.isTTY = original
  vi.restoreAllMocks()
})

describe('progressOutput', () => {
  it.each([
    ['a terminal', true, undefined, 1, true],
    ['a terminal, fit with verbose: 0', true, undefined, 0, false],
    ['a terminal, callback with verbose: 0', true, 0, 1, false],
    ['a pipe', false, undefined, 1, false],
    ['a pipe, callback with verbose: 1', false, 1, 1, true],
    ['a pipe, callback with verbose: 1 and fit with verbose: 0', false, 1, 0, true],
  ] as const)('on %s', (_name, isTTY, verbose, fitVerbose, shown) => {
    process.stderr.isTTY = isTTY
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    progressOutput(verbose, fitVerbose)?.('a line')
    expect(write.mock.calls).toEqual(shown ? [['a line\n']] : [])
  })
})
