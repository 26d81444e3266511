import {
  EpochwattError,
  type ExportedRun,
  type PowerEvent,
  type RecordEvent,
  type RunExporter,
  type RunRecord,
  type WindowEvent,
} from '@epochwatt/core'
import { EPOCH_POWER, totalValues } from '@epochwatt/report/trackers'
import { type FinishResult, init, type Run } from 'wandb-node-sdk-shim'
import { budgetAlerts } from './budget-alerts.js'
import { energyArtifact } from './energy-artifact.js'
import { epochRow, powerValues } from './figures.js'
import { filesArtifact } from './files-artifact.js'
import {
  checkOptions,
  destinationOf,
  type RunSettings,
  settingsOf,
  type WandbExporterOptions,
} from './options.js'
import { provenance } from './provenance.js'
import { ownRows, type RowLog, sharedRows } from './row-log.js'
import type { WandbRun } from './wandb-run.js'

interface Target {
  readonly run: WandbRun
  readonly rows: RowLog
  /** The same run, if it was created here, and therefore is finished here. */
  readonly own?: Run
  /** The user's metrics that have their x-axis. */
  readonly axes: Set<string>
  /** What an earlier process has sent, and is passed over: rows of the history and of system metrics. */
  sentBefore: { rows: number; system: number }
}

const NOTHING_SENT = { rows: 0, system: 0 } as const

/** W&B refuses longer tags. */
const LONGEST_TAG = 64

const exitCode = ({ status }: RunRecord): number => (status === 'finished' ? 0 : 1)

/** Under an id of our own nobody else has written rows: those that are there are the first of ours. */
const continues = ({ runId, resume, mode }: RunSettings['inForce']): boolean =>
  runId === undefined && resume === undefined && mode === 'online'

const createRun = ({ input, inForce }: RunSettings, run: ExportedRun): Promise<Run> =>
  init({
    config: run.params,
    startTime: new Date(run.startedAt),
    settings: {
      ...input,
      // Names of packages, after which projects are called, may have a slash.
      project: inForce.project ?? run.project.replace(/[/\\#?%:]/g, '-').slice(0, 128),
      // Our id, so that an attempt that broke off and the next one are the same run to W&B.
      runId: inForce.runId ?? run.id,
      ...(continues(inForce) && { resume: 'allow' as const }),
      runName: inForce.runName ?? run.name,
      runTags: [
        ...inForce.runTags,
        ...Object.entries(run.tags).map(([name, value]) => `${name}:${value}`.slice(0, LONGEST_TAG)),
      ],
    },
  })

const defineAxes = async (run: WandbRun, stepMetric: string): Promise<void> => {
  await run.defineMetric?.('energy/*', { stepMetric })
  await run.defineMetric?.('carbon/*', { stepMetric })
  await run.defineMetric?.(EPOCH_POWER, { stepMetric, summary: 'mean,max' })
}

const sendEpoch = async (target: Target, event: WindowEvent, stepMetric: string): Promise<void> => {
  const { rows, own, axes } = target
  const row = epochRow(event, stepMetric)
  if (!row) return
  if (!own) return rows.log(row)
  if (target.sentBefore.rows > 0) {
    target.sentBefore.rows--
    return
  }
  // The loss of a run that somebody else keeps is theirs to log.
  for (const name of Object.keys(event.metrics)) {
    if (name in row || axes.has(name) || !/^[^*]+$/.test(name)) continue
    own.defineMetric(name, { stepMetric })
    axes.add(name)
  }
  // At the time at which it happened, however late it is sent.
  await rows.log({ ...event.metrics, ...row, _timestamp: event.timeMs / 1000 })
}

/** Drawn by time, in the section of system metrics; runs that have none do without. */
const sendPower = async ({ run, sentBefore }: Target, event: PowerEvent): Promise<void> => {
  const timestamp = new Date(event.timeMs)
  const values = powerValues(event)
  if (Object.keys(values).length === 0) return
  if (sentBefore.system > 0) sentBefore.system--
  else await run.logSystem?.(values, { timestamp })
}

const sendRecord = async ({ run, rows, own }: Target, { record, directory }: RecordEvent): Promise<void> => {
  // First what may fail; the rest is the same however often it is sent.
  await run.logArtifact?.(await energyArtifact(record))
  const files = filesArtifact(record, directory)
  if (files) await run.logArtifact?.(files)
  await run.config.update({ ...(own && record.params), ...provenance(record) }, { allowValChange: true })
  // Values of rows become the summary's, so the totals come after the last row.
  await rows.settle()
  await run.summary.update({ ...(own && record.metrics), ...totalValues(record) })
}

/**
 * Sends energy and carbon to Weights & Biases: per epoch beside the loss, totals with bounds in the summary, power over
 * time among the system metrics, what the figures stand on in the config, the report as an artifact. `WANDB_...`
 * variables are honoured; with `mode: 'offline'` no socket is opened.
 *
 * Sending the same event twice changes nothing.
 *
 * @throws OptionError for a wrong option, WandbError for a setting or a variable that cannot be.
 * @example
 * await model.fit(x, y, { callbacks: energyCallback({ exporters: [wandb({ project: 'digits' })] }) })
 */
export const wandb = (options: WandbExporterOptions = {}): RunExporter => {
  checkOptions(options)
  const { run: shared, stepMetric = 'epoch' } = options
  const settings = shared ? undefined : settingsOf(options)
  let target: Target | undefined
  let ending: Promise<FinishResult> | undefined
  let isShutDown = false
  const alerts = budgetAlerts(options.budget)
  let lastSeq = 0

  const open = async (run: ExportedRun): Promise<Target> => {
    const axes = new Set<string>()
    if (!settings) return { run: shared!, rows: sharedRows(shared!), axes, sentBefore: { ...NOTHING_SENT } }
    const own = await createRun(settings, run)
    const sentBefore =
      own.resumed && continues(settings.inForce)
        ? { rows: own.step, system: own.previousSystemRows }
        : { ...NOTHING_SENT }
    return { run: own, rows: ownRows(own), own, axes, sentBefore }
  }

  return {
    name: 'wandb',
    portable: { module: new URL('./portable-wandb.js', import.meta.url).href, options },
    ...(settings && {
      origin: { package: '@epochwatt/wandb-plugin', destination: destinationOf(options, settings) },
    }),
    // What a process handed over to the run's file may not have arrived: a later one looks what has, and sends the rest.
    restarts: true,
    start: async run => {
      if (target) return
      const opened = await open(run)
      await defineAxes(opened.run, stepMetric)
      // If the server answered when nobody was waiting any more, no run may be left open there.
      if (isShutDown) await opened.own?.finish(1)
      else target = opened
    },
    export: async batch => {
      if (!target) return
      for (const event of batch) {
        if (event.seq <= lastSeq) continue
        if (event.type === 'window') await sendEpoch(target, event, stepMetric)
        else if (event.type === 'power') await sendPower(target, event)
        else await sendRecord(target, event)
        if (event.type === 'record') await alerts.conclude(target.run, event.record)
        else await alerts.watch(target.run, event.totals)
        lastSeq = event.seq
        // Not awaited here: what is handed over is in the run's file, and `forceFlush` waits for the upload.
        if (event.type === 'record') ending = target.own?.finish(exitCode(event.record))
      }
    },
    forceFlush: async () => {
      const own = target?.own
      const end = await ending
      if (!end || end.uploaded || own?.url === undefined) return
      throw new EpochwattError(
        'WANDB_NOT_UPLOADED',
        `W&B did not take all of the run; to upload the rest: npx wandb-sync ${own.directory}`,
      )
    },
    shutdown: async () => {
      isShutDown = true
      // Without a record nobody knows how the run ended.
      ending ??= target?.own?.finish(1)
      await ending
    },
  }
}
