import { recoverRuns } from '@epochwatt/core'
import { renderTerminalRunList } from '@epochwatt/report'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'

export const recover: Command = {
  name: 'recover',
  summary: 'Finish runs whose process is gone, from what their journals hold.',
  arguments: '',
  takes: [0, 0],
  details: ['Runs whose process still lives are left alone. Exit code 1 if a journal could not be read.'],
  options: { dir: DIR_OPTION, json: JSON_OPTION },
  run: (call, console) => {
    const { recovered, failed, left } = recoverRuns(storeOf(call).dir)
    if (call.flag('json')) {
      console.out(
        json({
          recovered: recovered.map(({ id, name, status }) => ({ id, name, status })),
          failed,
          left,
        }),
      )
    } else {
      console.out(
        recovered.length > 0
          ? renderTerminalRunList(recovered, {
              color: console.color,
              width: console.width ?? Number.POSITIVE_INFINITY,
            })
          : 'Nothing to recover.\n',
      )
    }
    for (const { id, reason } of failed)
      console.err(`epochwatt: run ${id} could not be recovered: ${reason}\n`)
    if (left.length > 0) console.err(`Still running: ${left.join(', ')}.\n`)
    return failed.length > 0 ? 1 : 0
  },
}
