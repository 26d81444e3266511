import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Enough that thousands of runs may start in one second, in one store. */
const RANDOM_BYTES = 6

/** Sorts by time and is unique: `20260105-143000-9f2c1ab0d4e7`. */
export const newRunId = (startedAt: Date): string => {
  const stamp = startedAt.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${stamp}-${randomBytes(RANDOM_BYTES).toString('hex')}`
}

/** The project's name where none was given: that of the package the script runs in, else its folder's. */
export const defaultProject = (directory: string): string => {
  try {
    const { name } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name?: unknown }
    if (typeof name === 'string' && name.trim() !== '') return name.trim().slice(0, 200)
  } catch {
    // No package here, or none that can be read.
  }
  return basename(directory) || 'default'
}
