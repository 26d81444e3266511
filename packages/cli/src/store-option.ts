import { openStore, type RunStore } from '@epochwatt/core'
import type { RunDigest } from '@epochwatt/report'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { readDigests } from './run-index.js'

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

/** Digests of all runs of a store; what could not be read is told on stderr rather than left out silently. */
export const digestsOf = (store: RunStore, console: Console): readonly RunDigest[] => {
  const { digests, unreadable } = readDigests(store)
  for (const { id, reason } of unreadable) console.err(`epochwatt: run ${id} was left out: ${reason}\n`)
  return digests
}
