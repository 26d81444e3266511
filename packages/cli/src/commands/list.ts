import type { RunRecord } from '@epochwatt/core'
import { renderTerminalRunList } from '@epochwatt/report'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION, recordsOf, storeOf } from '../store-option.js'

const summary = (record: RunRecord) => ({
  id: record.id,
  name: record.name,
  project: record.project,
  status: record.status,
  started_at: record.started_at,
  duration_s: record.duration_s,
  epochs: record.epochs.length,
  energy_kwh: record.energy.total_kwh,
  measured_share: record.energy.measured_share,
  carbon_g: record.carbon.total_g ?? record.carbon.operational_g,
  grid_zone: record.grid.zone,
  grid_fallback: record.grid.fallback,
})

export const list: Command = {
  name: 'list',
  summary: 'List the runs of a store, the latest first.',
  arguments: '',
  takes: [0, 0],
  details: [],
  options: {
    project: { type: 'string', value: 'NAME', description: 'Only runs of this project.' },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: (call, console) => {
    const store = storeOf(call)
    const project = call.text('project')
    const records = recordsOf(store, console)
      .filter(record => project === undefined || record.project === project)
      .toReversed()
    const open = store.openRuns()
    console.out(
      call.flag('json')
        ? json(records.map(summary))
        : renderTerminalRunList(records, {
            color: console.color,
            width: console.width ?? Number.POSITIVE_INFINITY,
          }),
    )
    if (open.length > 0) {
      console.err(
        `Not finished: ${open.join(', ')}. \`epochwatt recover\` finishes those whose process is gone.\n`,
      )
    }
    return 0
  },
}
