import { renderTerminalSummary } from '@epochwatt/report'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'
import { undeliveredNotices } from '../undelivered-notices.js'

export const show: Command = {
  name: 'show',
  summary: 'Show one run: epochs, totals with intervals, where each figure came from.',
  arguments: 'RUN',
  takes: [1, 1],
  details: [
    'RUN is an id, the unique beginning of one, a name, or "latest". --json writes the whole record.',
  ],
  options: { dir: DIR_OPTION, json: JSON_OPTION },
  run: (call, console) => {
    const store = storeOf(call)
    const record = store.read(call.positionals[0]!)
    console.out(
      call.flag('json')
        ? json(record)
        : renderTerminalSummary(record, { color: console.color, width: console.width }),
    )
    for (const notice of undeliveredNotices(store, record)) {
      console.err(`${notice}. \`epochwatt sync ${record.id}\` tries again.\n`)
    }
    return 0
  },
}
