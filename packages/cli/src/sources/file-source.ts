import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EpochwattError } from '@epochwatt/core'
import { readForeignFile } from '@epochwatt/core/import'
import type { Console } from '../console.js'
import { memoryStore } from './memory-store.js'
import type { RunSource } from './run-source.js'

/** Whether a RUN is the path of a file: names of runs seldom have a dot or a slash, and a file of that name beside them. */
export const isRunFile = (reference: string): boolean =>
  /[./\\]/.test(reference) && statSync(reference, { throwIfNoEntry: false })?.isFile() === true

/**
 * The runs that another tool, or a record of ours from elsewhere, has in a file. Nothing is imported. Lines that cannot
 * be read are told of.
 *
 * @throws EpochwattError `IMPORT_UNKNOWN` for a file of no tool that is known, `IMPORT_EMPTY` for one without a run.
 */
export const fileSource = (path: string, console: Console): RunSource => {
  const { records, problems } = readForeignFile(readFileSync(path, 'utf8'), path)
  for (const { line, message } of problems) console.err(`epochwatt: ${path}:${line}: ${message}\n`)
  if (records.length === 0) throw new EpochwattError('IMPORT_EMPTY', `${path} holds no run that can be read.`)
  const dir = dirname(path)
  return { label: path, kind: 'file', store: memoryStore(records, { dir, runDirectory: () => dir }, path) }
}
