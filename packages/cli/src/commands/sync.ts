import { type ExportOutcome, type SyncReport, syncRuns } from '@epochwatt/core'
import { printable } from '@epochwatt/report'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION } from '../store-option.js'
import { UsageError } from '../usage-error.js'

const TRACKERS = ['mlflow', 'wandb'] as const
type Tracker = (typeof TRACKERS)[number]

const isTracker = (text: string): text is Tracker => TRACKERS.includes(text as Tracker)

const outcomeText = ({ name, waiting, error, refused }: ExportOutcome): string =>
  [
    waiting === 0 && error === undefined
      ? `delivered to ${name}`
      : `${waiting} waiting for ${name}: ${error}`,
    ...(refused === undefined ? [] : [`${refused} refused for good`]),
  ].join(', ')

const isDelivered = ({ waiting, error }: ExportOutcome): boolean => waiting === 0 && error === undefined

const linesOf = ({ runs }: SyncReport): string =>
  runs.length === 0
    ? 'Nothing to deliver.\n'
    : runs
        .flatMap(({ id, name, outcomes }) =>
          outcomes.map(outcome => `${printable(`${id}  ${name}  ${outcomeText(outcome)}`)}\n`),
        )
        .join('')

export const sync: Command = {
  name: 'sync',
  summary: 'Deliver what runs could not deliver to MLflow or W&B, with the original times.',
  arguments: '[RUN...]',
  takes: [0, Number.POSITIVE_INFINITY],
  details: [
    'RUN is an id, the unique beginning of one, a name, or "latest"; without one, all runs of the store. Runs whose process died are finished first. Passwords and keys come from the environment, as for the run itself.',
    'Delivering twice changes nothing. Exit code 1 while something still waits.',
  ],
  options: {
    to: {
      type: 'string',
      value: 'TRACKER',
      description:
        'Only to mlflow or wandb; runs that were never meant for it are sent there, too. Its variables say where to.',
    },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: async (call, console) => {
    const to = call.text('to')
    if (to !== undefined && !isTracker(to)) {
      throw new UsageError(`Option "--to" is "${to}"; accepted: ${TRACKERS.join(' or ')}.`, 'sync')
    }
    const dir = call.text('dir')
    const report = await syncRuns({
      ...(dir !== undefined && { dir }),
      ...(call.positionals.length > 0 && { runs: call.positionals }),
      ...(to !== undefined && { to }),
    })
    console.out(call.flag('json') ? json(report) : linesOf(report))
    if (report.recovered.length > 0) console.err(`Finished first: ${report.recovered.join(', ')}.\n`)
    if (report.busy.length > 0) console.err(`Still running: ${report.busy.join(', ')}.\n`)
    return report.runs.every(({ outcomes }) => outcomes.every(isDelivered)) ? 0 : 1
  },
}
