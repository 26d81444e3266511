import type { JournalEntry } from './entry.js'

/** One entry as one line of JSON, newline included. JSON has no NaN: an unreadable value is written as null. */
export const encodeEntry = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`
