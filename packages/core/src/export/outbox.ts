import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { JournalWriter } from '../journal/journal-writer.js'
import { LineTail } from '../journal/line-tail.js'
import { createFolder } from '../store/create-folder.js'
import type { PowerEvent, RecordEvent, WindowEvent } from './exporter.js'

/** An event as it is stored: a window with its number in the journal, a record as the mere fact that it is there. */
export type StoredEvent =
  | (WindowEvent & { readonly window: number })
  | PowerEvent
  | Omit<RecordEvent, 'record' | 'directory'>

type Unnumbered<T> = T extends unknown ? Omit<T, 'seq'> : never

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

const isStored = (event: Partial<StoredEvent> | null): event is StoredEvent =>
  isCount(event?.seq) &&
  ((event?.type === 'window' && Number.isSafeInteger(event.window)) ||
    (event?.type === 'power' && isCount(event.index)) ||
    event?.type === 'record')

export const parseStored = (line: string): StoredEvent | undefined => {
  try {
    const event = JSON.parse(line) as Partial<StoredEvent> | null
    return isStored(event) ? event : undefined
  } catch {
    return undefined
  }
}

const endsTorn = (path: string): boolean => {
  try {
    return readFileSync(path).at(-1) !== 10
  } catch {
    return false
  }
}

/**
 * A run's events, numbered, each on a line of a file that is only ever added to: what was sent once is what is sent
 * again, by whichever process. One writer at a time.
 */
export class Outbox {
  readonly #writer: JournalWriter
  readonly #windows = new Set<number>()
  #seq = 0
  #powerCount = 0
  #hasRecord = false

  /** @throws the file system's error when the file cannot be created. */
  constructor(path: string) {
    createFolder(dirname(path))
    const stored = new LineTail(path)
    for (const { text } of stored.read()) {
      const event = parseStored(text)
      if (event) this.#count(event)
    }
    stored.close()
    const isTorn = endsTorn(path)
    this.#writer = new JournalWriter(path)
    if (isTorn) this.#writer.appendLine('\n')
  }

  get powerCount(): number {
    return this.#powerCount
  }

  get hasRecord(): boolean {
    return this.#hasRecord
  }

  hasWindow(window: number): boolean {
    return this.#windows.has(window)
  }

  append(event: Unnumbered<StoredEvent>): void {
    const stored: StoredEvent = { ...event, seq: this.#seq + 1 }
    this.#writer.appendLine(`${JSON.stringify(stored)}\n`)
    this.#count(stored)
  }

  #count(event: StoredEvent): void {
    this.#seq = Math.max(this.#seq, event.seq)
    if (event.type === 'window') this.#windows.add(event.window)
    else if (event.type === 'power') this.#powerCount = Math.max(this.#powerCount, event.index + 1)
    else this.#hasRecord = true
  }

  close(): void {
    this.#writer.close()
  }
}
