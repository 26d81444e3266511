import { type RunStore, undelivered } from '@epochwatt/core'
import { type RunDigest, renderTerminalRunList } from '@epochwatt/report'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, digestsOf, JSON_OPTION, storeOf } from '../store-option.js'
import { noticeUndelivered } from '../undelivered-notices.js'

/** Events that wait, by exporter; absent where all is delivered. */
const waitingOf = (store: RunStore, { id }: RunDigest): { undelivered?: Record<string, number> } => {
  const waiting = undelivered(store.runDirectory(id)).map(each => [each.exporter, each.waiting] as const)
  return waiting.length > 0 ? { undelivered: Object.fromEntries(waiting) } : {}
}

const summary = (store: RunStore, record: RunDigest) => ({
  id: record.id,
  name: record.name,
  project: record.project,
  status: record.status,
  started_at: record.started_at,
  duration_s: record.duration_s,
  epochs: record.epochs.count,
  energy_kwh: record.energy.total_kwh,
  measured_share: record.energy.measured_share,
  carbon_g: record.carbon.total_g ?? record.carbon.operational_g,
  grid_zone: record.grid.zone,
  grid_fallback: record.grid.fallback,
  ...waitingOf(store, record),
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
    const records = digestsOf(store, console)
      .filter(record => project === undefined || record.project === project)
      .toReversed()
    const open = store.openRuns()
    console.out(
      call.flag('json')
        ? json(records.map(record => summary(store, record)))
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
    noticeUndelivered(store, records, console)
    return 0
  },
}
