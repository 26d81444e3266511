import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createFolder } from '../store/create-folder.js'
import { writeWhole } from '../store/write-whole.js'
import type { ExporterOrigin, Refusal } from './exporter.js'

const FOLDER = 'delivery'

export const outboxPath = (directory: string): string => join(directory, FOLDER, 'events.jsonl')

/** How far one exporter has come with a run's events: its cursor, and what a later process needs to go on. */
export interface DeliveryNote {
  readonly exporter: string
  readonly origin?: ExporterOrigin
  /** Number of the last event that the backend has. */
  readonly delivered: number
  /** Where in the outbox the next one begins, bytes. */
  readonly offset: number
  /** The run's record, its last event, was delivered. */
  readonly hasRecord: boolean
  /** That too, and the backend says that it has everything. */
  readonly complete: boolean
  /** Why the rest is not. */
  readonly error?: string
  /** What the backend will never take as it is; the first ones, and how many there are. */
  readonly refused?: { readonly count: number; readonly first: readonly Refusal[] }
}

const isNote = (value: unknown): value is DeliveryNote => {
  const note = value as Partial<DeliveryNote> | null
  return (
    typeof note === 'object' &&
    typeof note?.exporter === 'string' &&
    (note.origin === undefined ||
      (typeof note.origin?.package === 'string' && typeof note.origin.destination === 'object')) &&
    Number.isSafeInteger(note.delivered) &&
    Number.isSafeInteger(note.offset) &&
    note.offset! >= 0 &&
    typeof note.hasRecord === 'boolean' &&
    typeof note.complete === 'boolean'
  )
}

const notePath = (directory: string, key: string): string => join(directory, FOLDER, `${key}.json`)

/** Undefined for a note that is missing or damaged: then everything is sent again, which changes nothing. */
export const readNote = (directory: string, key: string): DeliveryNote | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(notePath(directory, key), 'utf8'))
    return isNote(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** @throws the file system's error. */
export const writeNote = (directory: string, key: string, note: DeliveryNote): void => {
  const path = notePath(directory, key)
  createFolder(dirname(path))
  writeWhole(path, `${JSON.stringify(note)}\n`)
}

/**
 * Makes sure that a later process knows of an exporter that has not come as far as leaving a note itself, and why. Never
 * throws: a store that is gone has nothing to deliver from either.
 */
export const noteExporter = (
  directory: string,
  { key, name, origin }: { readonly key: string; readonly name: string; readonly origin?: ExporterOrigin },
  error?: string,
): void => {
  const note = readNote(directory, key) ?? { delivered: 0, offset: 0, hasRecord: false, complete: false }
  try {
    writeNote(directory, key, {
      ...note,
      exporter: name,
      ...(origin && { origin }),
      ...(error !== undefined && { error }),
    })
  } catch {
    // As said.
  }
}

/** Notes of all exporters of a run, by their key. */
export const readNotes = (directory: string): ReadonlyMap<string, DeliveryNote> => {
  let files: string[] = []
  try {
    files = readdirSync(join(directory, FOLDER))
  } catch {
    // A run that nobody exports.
  }
  const keys = files.filter(file => /^[\w-]+\.json$/.test(file)).map(file => file.slice(0, -'.json'.length))
  return new Map(
    keys.sort().flatMap(key => {
      const note = readNote(directory, key)
      return note ? [[key, note] as const] : []
    }),
  )
}

/** A name for the note of each exporter; two of one kind get numbers, in the order they were given. */
export const noteKeys = (names: readonly string[]): string[] => {
  const taken = new Map<string, number>()
  return names.map(name => {
    const plain = name.replace(/[^\w-]/g, '-').slice(0, 60) || 'exporter'
    const count = (taken.get(plain) ?? 0) + 1
    taken.set(plain, count)
    return count === 1 ? plain : `${plain}-${count}`
  })
}
