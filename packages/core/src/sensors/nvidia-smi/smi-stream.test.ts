import { setTimeout as sleep } from 'node:timers/promises'
import { createFakeNvidiaSmi, type FakeNvidiaSmi } from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SmiStream } from './smi-stream.js'

let smi: FakeNvidiaSmi
let stream: SmiStream
let nowMs: number
beforeEach(() => {
  smi = createFakeNvidiaSmi()
  nowMs = 0
  stream = new SmiStream(smi.path, ['power.draw.instant', 'power.draw'], () => nowMs)
})
afterEach(() => {
  stream.close()
  smi.dispose()
})

/** Reads until something was heard; a fresh shell takes a moment. */
const firstReading = async (uuid: string): Promise<number> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const watts = stream.read(uuid)
    if (!Number.isNaN(watts)) return watts
    await sleep(20)
  }
  return Number.NaN
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const untilGone = async (pid: number): Promise<boolean> => {
  for (let attempt = 0; attempt < 200 && isAlive(pid); attempt++) await sleep(20)
  return !isAlive(pid)
}

describe.skipIf(process.platform === 'win32')(
  'the stream of nvidia-smi (not on Windows: named pipes)',
  () => {
    it('is one process for all boards and all readings', async () => {
      smi.setRows('GPU-a, 310.25, 300.00\nGPU-b, 75, 80\n')
      expect(await firstReading('GPU-a')).toBeCloseTo(310.25)
      for (let round = 0; round < 20; round++) expect(stream.read('GPU-b')).toBe(75)
      expect(smi.calls()).toHaveLength(1)
      expect(smi.calls()[0]!.args).toBe(
        '--query-gpu=uuid,power.draw.instant,power.draw --format=csv,noheader,nounits --loop-ms=200',
      )
    })

    it('takes the next best column for what is not available, and NaN for a board without any', async () => {
      smi.setRows('GPU-a, [N/A], 41.5\nGPU-b, [Not Supported], [N/A]\n')
      expect(await firstReading('GPU-a')).toBe(41.5)
      expect(stream.read('GPU-b')).toBeNaN()
      expect(stream.read('GPU-c')).toBeNaN()
    })

    it('gives the mean of the rows since the last reading', async () => {
      smi.setRows('GPU-a, 100, 0\nGPU-a, 200, 0\n')
      expect(await firstReading('GPU-a')).toBeCloseTo(150)
    })

    it('leaves out rows that are cut off and lines that are none', async () => {
      // The rest of the row never comes: the next print begins in its middle.
      smi.setRows('GPU-a, 120, 0\nUnable to determine the device handle\nGPU-a, 9')
      expect(await firstReading('GPU-a')).toBe(120)
      await sleep(200)
      expect(stream.read('GPU-a')).toBe(120)
    })

    it('starts again when it ends, with longer and longer pauses', async () => {
      smi.setRows('GPU-a, 120, 0\n')
      await firstReading('GPU-a')
      smi.setEnding(true)
      await untilGone(smi.calls()[0]!.pid)
      const starts: number[] = []
      for (let second = 0; second <= 40; second++) {
        nowMs += 1000
        stream.read('GPU-a')
        await sleep(40)
        stream.read('GPU-a')
        starts.push(smi.calls().length)
      }
      // Pauses of 1, 2, 4, 8, 16 s and the time that a second takes to notice: never one start a second.
      expect(starts.at(-1)).toBeGreaterThanOrEqual(4)
      expect(starts.at(-1)).toBeLessThanOrEqual(7)
      expect(stream.read('GPU-a')).toBeNaN()
      smi.setEnding(false)
      nowMs += 300_000
      expect(await firstReading('GPU-a')).toBe(120)
    })

    it('is ended and started again when it falls silent, and meanwhile says nothing', async () => {
      smi.setRows('GPU-a, 120, 0\n')
      await firstReading('GPU-a')
      smi.setSilent(true)
      await sleep(200)
      stream.read('GPU-a')
      nowMs += 5000
      expect(stream.read('GPU-a')).toBeNaN()
      nowMs += 15_000
      stream.read('GPU-a')
      expect(await untilGone(smi.calls()[0]!.pid)).toBe(true)
      smi.setSilent(false)
      nowMs += 1000
      expect(await firstReading('GPU-a')).toBe(120)
      expect(smi.calls()).toHaveLength(2)
    })

    it('ends with its reader', async () => {
      smi.setRows('GPU-a, 120, 0\n')
      await firstReading('GPU-a')
      stream.close()
      expect(await untilGone(smi.calls()[0]!.pid)).toBe(true)
      nowMs += 1_000_000
      expect(stream.read('GPU-a')).toBeNaN()
      expect(smi.calls()).toHaveLength(1)
    })

    it('that cannot be started is tried again later and never throws', () => {
      const missing = new SmiStream('/nowhere/nvidia-smi', ['power.draw'], () => nowMs)
      for (let round = 0; round < 5; round++) {
        expect(missing.read('GPU-a')).toBeNaN()
        nowMs += 1000
      }
      missing.close()
    })
  },
)
