import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import type { RunEntry } from '../journal/entry.js'
import { JOURNAL_VERSION } from '../journal/entry.js'
import { Meter } from '../meter/meter.js'
import type { TrackingOptions } from '../options/definitions.js'
import { resolveOptions } from '../options/resolve-options.js'
import type { SensorRecord } from '../record/record.js'
import { sensorRecords } from '../record/sensor-records.js'
import { readTick } from '../sampler/sampler.js'
import { discoverDeferred } from '../sensors/deferred.js'
import { probeEnvironment } from '../sensors/environment.js'
import { startMeterReader } from '../sensors/meters/meter-reader.js'
import { openSensors } from '../sensors/openers.js'
import type { MachineFacts, SensorSpec } from '../sensors/sensor.js'
import { openUsageSource } from '../sensors/usage/open-usage-source.js'
import { reservedShare } from '../sensors/usage/reserved-share.js'
import { DEFAULT_DIR } from '../store/run-store.js'
import { askForPlace } from './ask-for-place.js'
import { resolveRun } from './start-tracking.js'

/** How long a diagnosis waits for the last readings of meters. */
const METER_TIMEOUT_MS = 1500

/** A sensor as `doctor` shows it: what the record says of it, and the error band of its readings. */
export interface DiagnosedSensor extends SensorRecord {
  readonly band?: { readonly low: number; readonly high: number }
  /** Mean power over the time of the diagnosis, watts of the whole machine. */
  readonly watts?: number
}

/**
 * What a run on this machine would stand on, as `diagnose` found it. Plain data; `epochwatt doctor
 * --json` prints it.
 */
export interface Diagnosis {
  readonly sensors: readonly DiagnosedSensor[]
  readonly machine: MachineFacts
  readonly location: Location
  /** Why the country of the IP address, which was asked for, is not known. */
  readonly placeProblem?: string
  readonly grid: GridIntensity
  readonly pue: PueFigure
  readonly reservedShare?: number
  readonly usageSource?: string
  readonly store: { readonly dir: string; readonly writable: boolean; readonly reason?: string }
}

const probeStore = (dir: string): Diagnosis['store'] => {
  // The folder may not be there yet: then its nearest ancestor decides. Nothing is created to find out.
  let folder = resolve(dir)
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK)
    return { dir: resolve(dir), writable: true }
  } catch (error) {
    return { dir: resolve(dir), writable: false, reason: (error as Error).message }
  }
}

/**
 * Looks at this machine as a run would: which sensors are there, which work, what the figures would stand on. Watches
 * the counters for `observeMs`, long enough to tell a working one from one that stands still.
 *
 * @throws as `startTracking` for options that cannot be.
 * @example
 * const { sensors } = await diagnose()
 * console.log(sensors.filter(sensor => sensor.state === 'used'))
 */
export const diagnose = async (options: TrackingOptions = {}, observeMs = 3500): Promise<Diagnosis> => {
  const resolved = resolveOptions(options)
  const { values } = resolved
  const environment = probeEnvironment()
  const quick = resolveRun(resolved, environment)
  // A run leaves slow drivers to its sampler; whoever asks for a diagnosis waits for them.
  const late = discoverDeferred(quick.deferred, environment, quick.sensors)
  const answer = quick.question && (await askForPlace(quick.question))
  const { models = [], ...placed } = answer?.place ?? {}
  const plan = {
    ...quick,
    ...placed,
    sensors: [...quick.sensors, ...late.sensors, ...models],
    unavailable: [...quick.unavailable, ...late.unavailable],
  }
  const usage = openUsageSource(environment)
  const reserved = reservedShare(environment)
  const run: RunEntry = {
    type: 'run',
    version: JOURNAL_VERSION,
    t: 0,
    id: 'diagnosis',
    name: 'diagnosis',
    project: 'diagnosis',
    startedAt: new Date().toISOString(),
    owner: { pid: process.pid },
    samplingIntervalMs: observeMs / 4,
    scope: 'machine',
    staticPolicy: 'full',
    sensors: plan.sensors,
    unavailable: plan.unavailable,
    optIns: values.psys ? ['psys'] : [],
    machine: environment.machine,
    location: plan.location,
    grid: plan.grid,
    pue: plan.pue,
    embodied: false,
    software: {},
    tags: {},
    params: {},
  }
  const sensors = openSensors(plan.sensors, environment)
  const began = process.hrtime.bigint()
  const meter = new Meter(run)
  const clock = (): number => Number(process.hrtime.bigint() - began)
  const meters = startMeterReader(
    plan.sensors.filter(({ ownPace }) => ownPace),
    clock,
    entry => meter.add(entry),
  )
  for (let round = 0; round <= 4; round++) {
    if (round > 0) await new Promise(resolve => setTimeout(resolve, observeMs / 4))
    meter.add(readTick(clock, sensors, usage))
  }
  await meters.stop(METER_TIMEOUT_MS)
  for (const sensor of sensors) sensor.close()
  usage?.close()

  const analysis = meter.analyse()
  const specs = new Map<string, SensorSpec>(plan.sensors.map(spec => [spec.id, spec]))
  const wattsOf = (id: string): number | undefined => {
    const curve = analysis.curves.find(({ spec }) => spec.id === id)
    return curve && analysis.end > 0
      ? curve.between(0, analysis.end).machine / (analysis.end / 1e9)
      : undefined
  }
  return {
    sensors: sensorRecords(run, analysis).map(sensor => {
      const band = specs.get(sensor.id)?.band
      const watts = wattsOf(sensor.id)
      return { ...sensor, ...(band && { band }), ...(watts !== undefined && { watts }) }
    }),
    machine: environment.machine,
    location: plan.location,
    ...(answer?.problem !== undefined && { placeProblem: answer.problem }),
    grid: plan.grid,
    pue: plan.pue,
    ...(reserved !== undefined && { reservedShare: reserved }),
    ...(usage && { usageSource: usage.name }),
    store: probeStore(values.dir ?? DEFAULT_DIR),
  }
}
