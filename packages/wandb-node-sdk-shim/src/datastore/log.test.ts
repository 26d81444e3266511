import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awkwardSize, payloadOf } from '../testing/awkward-payloads.js'
import { BLOCK_BYTES, CHUNK_HEADER_BYTES, FILE_HEADER } from './log-format.js'
import { readLog } from './log-reader.js'
import { LogWriter } from './log-writer.js'

let dir: string
let files = 0
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'wandb-log-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

const writeLog = (lengths: readonly number[]): string => {
  const path = join(dir, `${files++}.wandb`)
  const writer = new LogWriter(path)
  for (const [seed, length] of lengths.entries()) writer.append(payloadOf(length, seed))
  writer.close()
  return path
}

const payloadsOf = (path: string) => Array.from(readLog(path), ({ payload }) => payload)

const expectPrefix = (read: Buffer[], lengths: readonly number[]) => {
  for (const [seed, payload] of read.entries()) {
    expect(payload.equals(payloadOf(lengths[seed]!, seed))).toBe(true)
  }
}

describe('the log of a .wandb file', () => {
  it('begins with the 7 bytes that W&B expects', () => {
    expect(readFileSync(writeLog([])).toString('hex')).toBe('3a572642e1be00')
  })

  it('checks a chunk by plain CRC-32 over type and data', () => {
    // crc32(0x01) = 0xA505DF1B: one FULL chunk without data.
    expect(
      readFileSync(writeLog([0]))
        .subarray(7)
        .toString('hex'),
    ).toBe('1bdf05a5000001')
  })

  it('fills exactly 7 remaining bytes with a FIRST chunk without data', () => {
    const path = writeLog([BLOCK_BYTES - FILE_HEADER.length - 2 * CHUNK_HEADER_BYTES, 5])
    const tail = readFileSync(path).subarray(BLOCK_BYTES - CHUNK_HEADER_BYTES)
    expect([...tail.subarray(4, 7)]).toEqual([0, 0, 2])
    expect(payloadsOf(path).map(payload => payload.length)).toEqual([32_747, 5])
  })

  it('reads back records of any size, also around block boundaries', () => {
    fc.assert(
      fc.property(fc.array(awkwardSize, { maxLength: 12 }), lengths => {
        const read = payloadsOf(writeLog(lengths))
        expect(read.length).toBe(lengths.length)
        expectPrefix(read, lengths)
      }),
      { numRuns: 30 },
    )
  })

  it('gives every whole record before a cut, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(awkwardSize, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lengths, share) => {
          const path = writeLog(lengths)
          const bytes = readFileSync(path).length
          truncateSync(path, Math.max(FILE_HEADER.length, Math.floor(bytes * share)))
          const read = payloadsOf(path)
          expectPrefix(read, lengths)
          expect(read.length).toBeLessThanOrEqual(lengths.length)
          // Whole records lie before the cut: their bytes alone must fit.
          const kept = read.reduce((sum, payload) => sum + payload.length, 0)
          expect(kept).toBeLessThanOrEqual(bytes * share + FILE_HEADER.length)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('goes on with the next block after a damaged one', () => {
    const path = writeLog([100, 100, BLOCK_BYTES, 100])
    const bytes = readFileSync(path)
    bytes[7 + 7 + 50]! ^= 0xff
    writeFileSync(path, bytes)
    const read = payloadsOf(path)
    expect(read.map(payload => payload.length)).toEqual([100])
    expect(read[0]!.equals(payloadOf(100, 3))).toBe(true)
  })

  it('names a file that is none', () => {
    const path = join(dir, 'text.wandb')
    writeFileSync(path, 'hello, world')
    expect(() => [...readLog(path)]).toThrow(/not a \.wandb file/)
    writeFileSync(path, '')
    expect(() => [...readLog(path)]).toThrow(/empty/)
  })

  it('never overwrites a file', () => {
    const path = writeLog([1])
    expect(() => new LogWriter(path)).toThrow(/EEXIST/)
  })
})
