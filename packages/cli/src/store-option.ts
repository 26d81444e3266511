import { openStore, type RunStore } from '@epochwatt/core'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'

/** `--dir`, for every command that reads runs. */
export const DIR_OPTION: OptionSpec = {
  type: 'string',
  value: 'DIR',
  description: 'The run store (default: EPOCHWATT_DIR, else .epochwatt).',
}

export const JSON_OPTION: OptionSpec = {
  type: 'boolean',
  description: 'Write one JSON document to stdout.',
}

export const storeOf = (call: Call): RunStore => openStore(call.text('dir'))

/** All records of a store; what could not be read is told on stderr rather than left out silently. */
export const recordsOf = (store: RunStore, console: Console): ReturnType<RunStore['list']>['records'] => {
  const { records, unreadable } = store.list()
  for (const { id, reason } of unreadable) console.err(`epochwatt: run ${id} was left out: ${reason}\n`)
  return records
}
