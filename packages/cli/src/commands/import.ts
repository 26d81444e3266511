import { readFileSync } from 'node:fs'
import { EpochwattError, type RunRecord } from '@epochwatt/core'
import { importRuns, readForeignFile } from '@epochwatt/core/import'
import { printable, renderTerminalRunList } from '@epochwatt/report'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'

interface FileReport {
  readonly file: string
  readonly records: readonly RunRecord[]
  readonly problems: readonly { readonly line?: number; readonly message: string }[]
}

const read = (file: string): FileReport => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { file, records: [], problems: [{ message: `cannot be read: ${(error as Error).message}` }] }
  }
  try {
    return { file, ...readForeignFile(text, 'the file') }
  } catch (error) {
    if (!(error instanceof EpochwattError)) throw error
    return { file, records: [], problems: [{ message: error.message }] }
  }
}

const problemText = (file: string, { line, message }: FileReport['problems'][number]): string =>
  `epochwatt: ${file}${line === undefined ? '' : `:${line}`}: ${message}`

export const importCommand: Command = {
  name: 'import',
  summary: 'Take over runs that CodeCarbon or carbontracker wrote down, to compare with others.',
  arguments: 'FILE…',
  takes: [1, Number.POSITIVE_INFINITY],
  details: [
    "CodeCarbon's emissions.csv and task files, carbontracker's logs (…_carbontracker.log has the epochs), and records of",
    'our own, such as the download of a page. A run that is in the store already is not added again. Exit code 1 if',
    'something could not be read; the rest is imported.',
  ],
  options: { dir: DIR_OPTION, json: JSON_OPTION },
  run: (call, console) => {
    const files = call.positionals.map(read)
    const records = files.flatMap(file => file.records)
    const { dir } = storeOf(call)
    const outcome = records.length > 0 ? importRuns(records, dir) : { added: [], updated: [], unchanged: [] }
    const problems = files.flatMap(({ file, problems: found }) =>
      found.map(problem => ({ file, ...problem })),
    )
    if (call.flag('json')) console.out(json({ ...outcome, problems }))
    else {
      const { added, updated, unchanged } = outcome
      const shown = [...new Map(records.map(record => [record.id, record])).values()].filter(
        ({ id }) => added.includes(id) || updated.includes(id),
      )
      if (shown.length > 0) {
        const width = console.width ?? Number.POSITIVE_INFINITY
        console.out(renderTerminalRunList(shown, { color: console.color, width }))
      }
      console.out(`${added.length} added, ${updated.length} updated, ${unchanged.length} there already.\n`)
    }
    for (const { file, ...problem } of problems) console.err(`${printable(problemText(file, problem))}\n`)
    return problems.length > 0 ? 1 : 0
  },
}
