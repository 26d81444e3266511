import {
  closeSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { EVENTS_FILE, METERS_FILE, SAMPLES_FILE } from './files.js'
import { PACKED, segmentsOf } from './segments.js'

/** A few milliseconds of work. */
const SLICE_BYTES = 256 * 1024

const LOOK_EVERY_MS = 20_000

/** What was packed goes when the kernel has written the packed file: a power cut before that takes nothing. */
const KEEP_MS = 120_000

/** A segment that is being packed. */
interface Packing {
  readonly path: string
  readonly from: number
  readonly to: number
}

/**
 * Packs segments of a run's journal that their writers have left, a slice at a time between other work. The first
 * segment of each file stays as it is: it has the header, and versions that know of no others read it. Whatever happens
 * in between, a segment is there as it was written, packed, or both.
 */
export class SegmentPacker {
  readonly #directory: string
  /** When which segments were packed that are still there as they were written. */
  readonly #packed = new Map<string, number>()
  #packing: Packing | undefined
  #lookAt = LOOK_EVERY_MS

  constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * Never throws.
   *
   * @param nowMs Time since the run began.
   */
  step(nowMs: number): void {
    try {
      if (this.#packing) this.#pack(this.#packing, nowMs)
      else if (nowMs >= this.#lookAt) this.#look(nowMs)
    } catch {
      // A full disk, a store that is gone: the segment stays as it is, and is tried again.
      this.close()
    }
  }

  #look(nowMs: number): void {
    this.#lookAt = nowMs + LOOK_EVERY_MS
    const names = readdirSync(this.#directory)
    if (segmentsOf(names, SAMPLES_FILE).length > 1) this.#showLife()
    const left = [EVENTS_FILE, SAMPLES_FILE, METERS_FILE].flatMap(file =>
      segmentsOf(names, file).slice(0, -1),
    )
    for (const { name, number, isPacked } of left) {
      if (number === 0 || isPacked) continue
      const path = join(this.#directory, name)
      const packedAt = this.#packed.get(path)
      if (packedAt === undefined) {
        const from = openSync(path, 'r')
        this.#packing = { path, from, to: openSync(`${path}${PACKED}.partial`, 'w', 0o600) }
        return
      }
      if (nowMs - packedAt < KEEP_MS) continue
      rmSync(path)
      this.#packed.delete(path)
    }
  }

  /** Versions that know of one segment only see by it, from another machine, whether this run lives. */
  #showLife(): void {
    const now = new Date()
    utimesSync(join(this.#directory, SAMPLES_FILE), now, now)
  }

  #pack({ path, from, to }: Packing, nowMs: number): void {
    // At its first use: most runs are too short for it.
    const { gzipSync } = process.getBuiltinModule('node:zlib')
    const slice = Buffer.allocUnsafe(SLICE_BYTES)
    const count = readSync(from, slice, 0, SLICE_BYTES, null)
    if (count > 0) {
      // Each slice is a file of its own by the format, and any number of them are one.
      const packed = gzipSync(slice.subarray(0, count))
      if (writeSync(to, packed) < packed.length) throw new Error('the disk is full')
      return
    }
    this.close()
    renameSync(`${path}${PACKED}.partial`, path + PACKED)
    this.#packed.set(path, nowMs)
  }

  close(): void {
    if (!this.#packing) return
    const { from, to } = this.#packing
    this.#packing = undefined
    closeSync(from)
    closeSync(to)
  }
}
