import { createHash } from 'node:crypto'
import { operationalCarbon } from '../footprint/operational-carbon.js'
import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import { addCorrelated, sumQuantities } from '../quantity/combine.js'
import { factor90, JOULES_PER_KWH, type Quantity } from '../quantity/quantity.js'
import type { EpochRecord, Line, RunRecord } from '../record/record.js'
import type { Component } from '../sensors/sensor.js'
import { type CarbontrackerLog, type LoggedEpoch, parseCarbontrackerLog } from './carbontracker-log.js'
import { foreignGrid, foreignLocation } from './foreign-place.js'
import type { ImportedFile } from './imported-file.js'
import { importedRecord } from './imported-record.js'

/** What the log does not say: how much its version multiplies by. 1.58 since 2.0 (2024), 1.55 to 1.59 before. */
const USUAL_PUE = 1.58

const METHODS: Readonly<Record<string, Pick<Quantity, 'tier' | 'method'> & { readonly factor: number }>> = {
  cpu: {
    tier: 'modelled',
    factor: factor90(1.25),
    method:
      'carbontracker, mean of sampled processor power × duration; measured or simulated, the log does not say which',
  },
  gpu: {
    tier: 'measured',
    factor: factor90(1.1),
    method: 'carbontracker, mean of power that the driver reported × duration of the epoch',
  },
}

const pueOf = ({ pue }: CarbontrackerLog): PueFigure => {
  const value = pue ?? USUAL_PUE
  return {
    value,
    low: value,
    high: value,
    tier: pue === undefined ? 'assumed' : 'modelled',
    source:
      pue === undefined
        ? 'what carbontracker multiplies by; this log does not say'
        : 'carbontracker, fixed for its version',
    how: 'import',
  }
}

/** Since version 2 a mean over all devices is written where their sum was used: it is that many times too low. */
const isMeanOfDevices = (log: CarbontrackerLog, component: string): boolean =>
  (log.devices.get(component)?.length ?? 1) > 1 && Number.parseInt(log.version ?? '2', 10) >= 2

const epochEnergy = (
  log: CarbontrackerLog,
  component: string,
  { watts, seconds }: LoggedEpoch,
): Quantity | undefined => {
  const power = watts.get(component)
  const source = METHODS[component]
  if (power === undefined || power <= 0 || !source) return undefined
  const kwh = (power * seconds) / JOULES_PER_KWH
  const devices = isMeanOfDevices(log, component) ? log.devices.get(component)!.length : 1
  return {
    value: kwh,
    low: kwh / source.factor,
    high: kwh * source.factor * devices,
    unit: 'kWh',
    tier: source.tier,
    method: source.method,
  }
}

const componentLine = (log: CarbontrackerLog, component: 'cpu' | 'gpu'): Line => {
  if (!log.devices.has(component)) return { reason: `carbontracker found no ${component}` }
  if (log.epochs.length === 0)
    return { reason: 'this log has no epochs; the one without "_output" in its name has' }
  const [first, ...rest] = log.epochs.flatMap(epoch => epochEnergy(log, component, epoch) ?? [])
  if (!first) return { reason: `carbontracker wrote no power of the ${component}: it could not be read` }
  return { kwh: addCorrelated([first, ...rest], first.method) }
}

const energyOfEpoch = (log: CarbontrackerLog, epoch: LoggedEpoch): Quantity | undefined =>
  sumQuantities(
    ['cpu', 'gpu'].flatMap(component => epochEnergy(log, component, epoch) ?? []),
    'sum of the components that carbontracker wrote down; bounds by root-sum-square',
  )

/** Energy of the whole: of the epochs where they are in the log, else what carbontracker printed at the end. */
const energyOf = (log: CarbontrackerLog, components: readonly Line[], pue: number): Quantity | undefined => {
  const known = components.flatMap(({ kwh }) => (kwh ? [kwh] : []))
  if (known.length > 0)
    return sumQuantities(
      known,
      'sum of the components that carbontracker wrote down; bounds by root-sum-square',
    )
  if (log.epochs.length > 0 || !log.actual || log.actual.kwh <= 0) return undefined
  const kwh = log.actual.kwh / pue
  const factor = factor90(1.5)
  return {
    value: kwh,
    low: kwh / factor,
    high: kwh * factor,
    unit: 'kWh',
    tier: 'modelled',
    method: 'carbontracker, actual consumption without PUE; by which components is not in this log',
  }
}

/** Times in the log are whole seconds: an epoch begins where its duration says, but not before the one in front ended. */
const epochRecords = (log: CarbontrackerLog, grid: GridIntensity, pue: PueFigure): readonly EpochRecord[] => {
  let before = 0
  return log.epochs.map(epoch => {
    const ended = Math.max((epoch.endedAt - log.startedAt) / 1000, before + epoch.seconds)
    const energy = energyOfEpoch(log, epoch)
    const mean = energy && epoch.seconds > 0 ? (energy.value * JOULES_PER_KWH) / epoch.seconds : undefined
    before = ended
    return {
      index: epoch.index,
      started_s: ended - epoch.seconds,
      ended_s: ended,
      ...(energy && { energy_kwh: energy, carbon_g: operationalCarbon([{ energy, intensity: grid }], pue) }),
      ...(mean !== undefined && { mean_power_w: mean }),
      phases: {},
      metrics: {},
      complete: true,
    }
  })
}

const gridOf = (log: CarbontrackerLog, location: ReturnType<typeof foreignLocation>): GridIntensity => {
  const printed = log.actual && log.actual.kwh > 0 ? log.actual.grams / log.actual.kwh : undefined
  const grams =
    log.intensity?.grams ?? (printed !== undefined && Number.isFinite(printed) ? printed : undefined)
  const average = log.intensity?.defaultOf
  return foreignGrid('carbontracker', grams, location, {
    fallback: average?.toLowerCase() === 'world',
    note: average ? `average of ${average}, for want of a live one` : 'mean over the training',
  })
}

const warningsOf = (log: CarbontrackerLog, grid: GridIntensity): RunRecord['warnings'] => {
  const meant = ['cpu', 'gpu'].filter(
    component => log.devices.has(component) && isMeanOfDevices(log, component),
  )
  return [
    ...(grid.source === 'carbontracker'
      ? []
      : [
          {
            code: 'IMPORT_GRID',
            message: `the log has no carbon intensity; that of ${grid.zone} in our tables stands in`,
          },
        ]),
    ...meant.map(component => ({
      code: 'IMPORT_DEVICES',
      message: `carbontracker of this version writes the mean of ${log.devices.get(component)!.length} ${component} devices where their sum is meant; the energy may be that many times higher, which the upper bound allows for`,
    })),
    ...(log.epochs.length > 0
      ? [
          {
            code: 'IMPORT_PARTIAL',
            message:
              'carbontracker measures inside of epochs only: energy between and around them is unknown',
          },
        ]
      : []),
    {
      code: 'IMPORT_TIME',
      message: 'the log does not say in which time zone its times are; they were taken as UTC',
    },
  ]
}

const secondsOutside = (duration: number, epochs: readonly EpochRecord[]): number =>
  Math.max(0, duration - epochs.reduce((sum, { started_s, ended_s }) => sum + ended_s - started_s, 0))

const recordOf = (log: CarbontrackerLog): RunRecord => {
  const pue = pueOf(log)
  const country = log.intensity?.defaultOf ?? log.place?.split(',').at(-1)?.trim()
  const location = foreignLocation({ country })
  const grid = gridOf(log, location)
  const epochs = epochRecords(log, grid, pue)
  const duration = Math.max(
    (log.endedAt - log.startedAt) / 1000,
    epochs.at(-1)?.ended_s ?? 0,
    log.actual?.seconds ?? 0,
  )
  const components: Record<Component, Line> = {
    cpu: componentLine(log, 'cpu'),
    gpu: componentLine(log, 'gpu'),
    memory: { reason: 'carbontracker does not count memory apart' },
    other: { reason: 'carbontracker does not count fans, board and power supply' },
  }
  const energy = energyOf(log, [components.cpu, components.gpu], pue.value)
  const known = epochs.length > 0
  const measured = components.gpu.kwh?.value ?? 0
  return importedRecord({
    tool: 'carbontracker',
    id: `carbontracker-${createHash('sha256').update(log.key).digest('hex').slice(0, 16)}`,
    name: `carbontracker ${new Date(log.startedAt).toISOString().slice(0, 19)}`,
    project: 'carbontracker',
    status: log.hasEnded ? 'finished' : 'killed',
    ...(!log.hasEnded && { statusReason: 'the log ends before carbontracker said that it had ended' }),
    startedAt: new Date(log.startedAt),
    durationSeconds: duration,
    scope: 'machine',
    ...(energy && { energy }),
    components,
    ...(energy && energy.value > 0 && known && { measuredShare: measured / energy.value }),
    grid,
    pue,
    location,
    epochs,
    ...(known && { outsideEpochs: { duration_s: secondsOutside(duration, epochs) } }),
    warnings: warningsOf(log, grid),
    software: log.version === undefined ? {} : { carbontracker: log.version },
    hardware: Object.fromEntries(
      Array.from(log.devices, ([component, devices]) => [`${component}_model`, devices.join(', ')]),
    ),
  })
}

/**
 * The run in a log of carbontracker: `…_carbontracker.log` with its epochs, or `…_carbontracker_output.log` with no
 * more than its total. Energy is carbontracker's without PUE. Pure.
 *
 * @example
 * ```ts
 * const { records } = readCarbontrackerLog(readFileSync('logs/1_2026-01-05T120000Z_carbontracker.log', 'utf8'))
 * ```
 */
export const readCarbontrackerLog = (text: string): ImportedFile => {
  const log = parseCarbontrackerLog(text)
  if (!log)
    return {
      records: [],
      problems: [{ line: 1, message: 'the log does not say which components were measured' }],
    }
  if (log.epochs.length === 0 && !log.actual)
    return {
      records: [],
      problems: [{ line: 1, message: 'the log has neither epochs nor an actual consumption' }],
    }
  return { records: [recordOf(log)], problems: [] }
}
