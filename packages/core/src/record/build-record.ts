import { sumOfParts } from '../footprint/embodied.js'
import { GUESSED_USAGE, type JournalEntry, type RunEntry } from '../journal/entry.js'
import { withLateSensors } from '../journal/late-sensors.js'
import { type Analysis, Meter } from '../meter/meter.js'
import { complementOf, type Span, secondsOf, unionOf } from '../meter/spans.js'
import { lastIndexAt } from '../meter/time-axis.js'
import { multiplyQuantity, sumQuantities } from '../quantity/combine.js'
import { JOULES_PER_KWH, type Quantity } from '../quantity/quantity.js'
import type { Component } from '../sensors/sensor.js'
import { DATA_VERSION, METHODOLOGY_VERSION } from '../version.js'
import { withAcceleratorIdle } from './accelerator-idle.js'
import { embodiedRecord } from './embodied-record.js'
import { footprintLines } from './footprint-lines.js'
import { gridRecord, gridSeries } from './grid-record.js'
import { memoryRecord } from './memory-record.js'
import { locationFigure, pueFigure } from './place-figures.js'
import { type PowerCourse, peakWatts, powerCourse, powerSeries } from './power-series.js'
import { ranksFigure } from './ranks-figure.js'
import type { EpochRecord, Line, RunRecord, WindowRecord } from './record.js'
import { RECORD_SCHEMA } from './record.js'
import { type RunTimeline, runTimeline, type WindowSpan } from './run-timeline.js'
import { sensorRecords } from './sensor-records.js'
import { spanEnergy } from './span-energy.js'
import { type FigureBasis, spanFigures } from './span-figures.js'
import { suppliedEnergy } from './supplied-energy.js'
import { totalUsage } from './total-usage.js'
import { treeMethod } from './tree-method.js'
import { WallClock } from './wall-clock.js'
import { runWarnings } from './warnings.js'
import { wasteRecord } from './waste.js'

const COMPONENTS: readonly Component[] = ['cpu', 'memory', 'gpu', 'other']

/** Why a component has no line of its own. */
const componentReason = (component: Component, run: RunEntry, analysis: Analysis): string => {
  const covering = analysis.curves.find(({ spec }) => spec.covers.includes(component))
  if (covering) return `contained in the ${covering.spec.component} figure: ${covering.spec.id} covers it`
  const unavailable = run.unavailable.find(({ domain }) => domain === component)
  if (unavailable) return unavailable.reason
  return component === 'other'
    ? 'fans, board and power supply were not measured'
    : `no ${component} sensor was found`
}

const componentLines = (
  run: RunEntry,
  analysis: Analysis,
  components: ReadonlyMap<Component, Quantity>,
): Record<Component, Line> =>
  Object.fromEntries(
    COMPONENTS.map(component => {
      const kwh = components.get(component)
      return [component, kwh ? { kwh } : { reason: componentReason(component, run, analysis) }]
    }),
  ) as Record<Component, Line>

const isEpoch = ({ begin }: WindowSpan): boolean =>
  begin.name === 'epoch' && typeof begin.attributes.index === 'number'

const isPhase = ({ begin }: WindowSpan): boolean => begin.name === 'train' || begin.name === 'validation'

const secondsSince = (time: number): number => time / 1e9

interface Context extends FigureBasis {
  readonly power: PowerCourse
  readonly wall: WallClock
  readonly end: number
}

/** Finds the windows that begin between two instants, both included. */
const beginningIn = (
  windows: readonly WindowSpan[],
): ((from: number, to: number) => readonly WindowSpan[]) => {
  const sorted = [...windows].sort((a, b) => a.from - b.from)
  const begins = sorted.map(({ from }) => from)
  return (from, to) => {
    let first = lastIndexAt(begins, from) + 1
    while (first > 0 && begins[first - 1] === from) first--
    return sorted.slice(first, lastIndexAt(begins, to) + 1)
  }
}

const epochRecord = (
  context: Context,
  epoch: WindowSpan,
  phases: ReturnType<typeof beginningIn>,
): EpochRecord => {
  const { power, end } = context
  const to = epoch.to ?? end
  const figures = spanFigures(context, [[epoch.from, to]])
  const seconds = (to - epoch.from) / 1e9
  const mean =
    figures.energy_kwh && seconds > 0 ? (figures.energy_kwh.value * JOULES_PER_KWH) / seconds : undefined
  const peak = peakWatts(power, epoch.from, to)
  const inside = phases(epoch.from, to)
  return {
    index: epoch.begin.attributes.index as number,
    started_s: secondsSince(epoch.from),
    ended_s: secondsSince(to),
    ...figures,
    ...(mean !== undefined && { mean_power_w: mean, peak_power_w: Math.max(mean, peak ?? mean) }),
    phases: Object.fromEntries(
      inside.map(phase => {
        const span: Span = [phase.from, phase.to ?? end]
        return [phase.begin.name, { ...spanFigures(context, [span]), duration_s: secondsOf([span]) }]
      }),
    ),
    metrics: epoch.metrics,
    complete: epoch.to !== undefined,
  }
}

const windowRecord = (context: Context, window: WindowSpan): WindowRecord => ({
  name: window.begin.name,
  attributes: window.begin.attributes,
  started_s: secondsSince(window.from),
  ended_s: secondsSince(window.to ?? context.end),
  ...spanFigures(context, [[window.from, window.to ?? context.end]]),
})

const carbonFigures = (
  { run, analysis, end }: Context,
  operational: Quantity | undefined,
): RunRecord['carbon'] => {
  if (!operational) return { reason: 'the energy of this run is unknown' }
  if (!run.embodied)
    return { operational_g: operational, total_g: operational, reason: 'embodied carbon was switched off' }
  const parts = embodiedRecord(run, analysis, end)
  const embodied = sumOfParts(parts)!
  return {
    operational_g: operational,
    embodied_g: embodied,
    embodied_parts: parts,
    total_g: sumQuantities([operational, embodied], 'operational + embodied; bounds by root-sum-square')!,
  }
}

/** What a run's entries say, gone through once. */
interface TakenIn {
  readonly analysis: Analysis
  /** Entries that are no readings. */
  readonly notes: readonly JournalEntry[]
  readonly lastReading: number
  /** Memory at its peak. */
  readonly peakBytes: number
  /** Part of the time in which anything ran on a device of ours, whenever it was asked. */
  readonly busyPercents: readonly number[]
}

const takeIn = (header: RunEntry, entries: Iterable<JournalEntry>): TakenIn => {
  const meter = new Meter(header)
  const notes: JournalEntry[] = []
  const busyPercents: number[] = []
  let [lastReading, peakBytes] = [0, 0]
  for (const entry of entries) {
    meter.add(entry)
    if (entry.type !== 'tick' && entry.type !== 'reading') {
      notes.push(entry)
      continue
    }
    lastReading = Math.max(lastReading, entry.t)
    if (entry.type === 'reading') continue
    peakBytes = Math.max(peakBytes, entry.k ?? 0)
    if (entry.b) busyPercents.push(...Object.values(entry.b))
  }
  return { analysis: meter.analyse(), notes, lastReading, peakBytes, busyPercents }
}

const statusOf = (timeline: RunTimeline): Pick<RunRecord, 'status' | 'status_reason'> => ({
  status: timeline.stop?.status ?? 'running',
  ...(timeline.stop?.reason !== undefined && { status_reason: timeline.stop.reason }),
})

/**
 * The record of a run, computed from its journal alone: live, after a crash or years later.
 *
 * @param header The journal's first entry.
 * @param entries All entries; readings in any order, windows as they were opened and closed. The record of a journal without a stop entry has the status `running`.
 */
export const buildRecord = (header: RunEntry, entries: Iterable<JournalEntry>): RunRecord => {
  const { analysis, notes, lastReading, peakBytes, busyPercents } = takeIn(header, entries)
  const run = withLateSensors(header, notes)
  const timeline = runTimeline(run, notes, lastReading)
  const { end } = timeline
  const context: Context = {
    run,
    analysis,
    grid: gridSeries(run, notes),
    power: powerCourse(analysis),
    wall: new WallClock(run, timeline.clocks),
    end,
  }
  const grid = gridRecord(context, notes, end)

  const whole: Span[] = [[0, end]]
  const energy = spanEnergy(analysis, whole)
  const supplied = suppliedEnergy(run, analysis, whole)
  const { losses } = supplied
  const hasLosses = losses?.board_kwh !== undefined || losses?.psu_kwh !== undefined
  const carbon = carbonFigures(context, spanFigures(context, whole).carbon_g)
  const epochs = timeline.windows.filter(isEpoch)
  const epochSpans = unionOf(epochs.map((epoch): Span => [epoch.from, epoch.to ?? end]))
  const outside = complementOf(epochSpans, end)
  const phases = beginningIn(timeline.windows.filter(isPhase))
  const others = timeline.windows.filter(window => !isEpoch(window) && !isPhase(window))
  const isGuessed = run.usageSource === GUESSED_USAGE
  const tree = treeMethod(analysis.tree)
  const waste = withAcceleratorIdle(
    wasteRecord(isGuessed ? { ...analysis, usage: [] } : analysis, timeline, epochs, energy.total),
    analysis,
    busyPercents,
    end,
  )
  const memory = memoryRecord(run, peakBytes)
  const usage = totalUsage(analysis.usage)

  return {
    schema: RECORD_SCHEMA,
    id: run.id,
    name: run.name,
    project: run.project,
    ...statusOf(timeline),
    started_at: run.startedAt,
    ended_at: new Date(context.wall.at(end)).toISOString(),
    duration_s: secondsSince(end),
    scope: run.scope,
    static_policy: run.staticPolicy,
    ...ranksFigure(analysis, end),
    energy: {
      ...(energy.total && {
        total_kwh: energy.total,
        facility_kwh: multiplyQuantity(
          supplied.total ?? energy.total,
          [run.pue],
          'kWh',
          `${hasLosses ? '(total + losses)' : 'total'} × PUE ${run.pue.value} (${run.pue.source})`,
        ),
      }),
      ...(energy.static && { static_kwh: energy.static }),
      ...(energy.dynamic && { dynamic_kwh: energy.dynamic }),
      ...(energy.machine && { machine_kwh: energy.machine }),
      ...(energy.measuredShare !== undefined && { measured_share: energy.measuredShare }),
      components: componentLines(run, analysis, energy.components),
      ...(losses && { losses }),
      ...(!energy.total && { reason: 'no sensor gave a reading and no model could be applied' }),
    },
    carbon,
    ...footprintLines(context, end, carbon.operational_g),
    grid,
    pue: pueFigure(run.pue),
    location: locationFigure(run.location),
    epochs: epochs.map(epoch => epochRecord(context, epoch, phases)),
    outside_epochs: { ...spanFigures(context, outside), duration_s: secondsOf(outside) },
    windows: others.map(window => windowRecord(context, window)),
    ...(waste && { waste }),
    ...(memory && { memory }),
    power: powerSeries(context.power),
    sensors: sensorRecords(run, analysis),
    warnings: runWarnings(run, analysis, timeline, grid),
    params: timeline.params,
    tags: run.tags,
    metrics: timeline.metrics,
    software: run.software,
    hardware: { ...machineHardware(run), ...timeline.hardware },
    methodology: {
      version: METHODOLOGY_VERSION,
      data_version: DATA_VERSION,
      ...(!isGuessed && usage.capacity > 0 && { utilisation: usage.busy / usage.capacity }),
      ...(!isGuessed && usage.busy > 0 && { tree_share_of_busy: Math.min(1, usage.tree / usage.busy) }),
      ...(tree && { tree_method: tree }),
      sampling_interval_ms: run.samplingIntervalMs,
      samples: analysis.samples,
    },
  }
}

/** What the models stand on; the full description joins it when it was gathered. */
const machineHardware = ({ machine }: RunEntry): Record<string, unknown> => ({
  cpu_model: machine.cpuModel,
  threads: machine.threads,
  sockets: machine.sockets,
  // A page need not be told.
  ...(machine.memoryBytes > 0 && { memory_gb: Math.round(machine.memoryBytes / 1e8) / 10 }),
  virtual: machine.virtual,
})
