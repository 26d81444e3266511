import { exportedRun } from '../export/exporter.js'
import { footprintChoices } from '../footprint/footprint-choices.js'
import { resolvePue } from '../footprint/resolve-pue.js'
import { resolveLocation } from '../grid/resolve-location.js'
import { resolveGridIntensity } from '../grid/static-grid.js'
import { GUESSED_USAGE, JOURNAL_VERSION, type RunEntry } from '../journal/entry.js'
import {
  type PageHardware,
  type PageNavigator,
  readLateHardware,
  readPageHardware,
} from '../sensors/browser/page-hardware.js'
import { pageCpuModel } from '../sensors/browser/page-models.js'
import type { MachineFacts, UnavailableSensor } from '../sensors/sensor.js'
import { disabledTracker } from '../tracker/disabled-tracker.js'
import type { Tracker } from '../tracker/tracker.js'
import { PACKAGE_VERSION } from '../version.js'
import { startDelivery } from './page-delivery.js'
import { checkPageOptions, type PageTrackingOptions } from './page-options.js'
import { PageSession } from './page-session.js'
import { runBegan } from './run-announcement.js'
import { webglRenderer } from './webgl-renderer.js'

const GIBIBYTE = 2 ** 30

const NO_INSTRUMENTS: UnavailableSensor = {
  id: 'browser/instruments',
  domain: 'platform',
  state: 'absent',
  reason: 'no browser lets a page read energy counters, power gauges or the load of the machine',
  remedy: 'train in Node.js on the same machine, where instruments are read; or take the interval seriously',
}

const machineOf = ({ threads, memoryGb, isHandheld }: PageHardware): MachineFacts => ({
  cpuModel: 'unknown to a page',
  threads,
  sockets: 1,
  memoryBytes: (memoryGb ?? 0) * GIBIBYTE,
  ...(isHandheld && { isHandheld }),
  virtual: false,
  energyFiltering: false,
})

const runId = (startedAt: Date): string => {
  const stamp = startedAt.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const random = crypto.getRandomValues(new Uint8Array(6))
  return `${stamp}-${[...random].map(byte => byte.toString(16).padStart(2, '0')).join('')}`
}

const defaultProject = (): string => {
  const title = typeof document === 'undefined' ? '' : document.title.trim()
  return title.slice(0, 200) || 'page'
}

const placeOf = (options: PageTrackingOptions, machine: MachineFacts) => {
  const { pue, gridIntensity } = options
  // All there is was given in code.
  const location = resolveLocation(options, new Map())
  return {
    location,
    grid: resolveGridIntensity({ location, ...(gridIntensity !== undefined && { gridIntensity }) }),
    pue: resolvePue({ location, machine, ...(pue !== undefined && { pue }) }),
  }
}

/**
 * Finds out whether `startTracking(options)` would accept the options, without starting anything.
 *
 * @throws exactly what `startTracking` would throw.
 *
 * @example
 * ```ts
 * checkOptions({ country: 'FR', project: 'digits' })
 * ```
 */
export const checkOptions = (options: PageTrackingOptions = {}): void => {
  checkPageOptions(options)
  if (!options.disabled) placeOf(options, machineOf(readPageHardware(navigator as PageNavigator)))
}

/**
 * Begins to track the energy and carbon of what this page does, as far as a page can know: power is modelled from the
 * class of the device, time and what the page does. Every figure is `assumed`, within a factor of two to three for work
 * on the processor, and of five on the GPU, which counts once the param `backend` is `webgl` or `webgpu`.
 *
 * The journal is in memory. The record is what `stop` returns; see `downloadRecord` and `exporters`.
 *
 * @throws OptionError and EpochwattError for options that cannot be. After that nothing of epochwatt throws.
 * @example
 * const tracker = startTracking({ country: 'FR', params: { backend: tf.getBackend() } })
 * const epoch = tracker.window('epoch', { index: 0 })
 * await train()
 * epoch.end()
 * const record = await tracker.stop()
 */
export const startTracking = (options: PageTrackingOptions = {}): Tracker => {
  checkPageOptions(options)
  const startedAt = new Date()
  const project = options.project ?? defaultProject()
  const name = options.name ?? `${project} ${startedAt.toISOString().slice(0, 16).replace('T', ' ')}`
  if (options.disabled) return disabledTracker(name, project)

  const page = navigator as PageNavigator
  const hardware = readPageHardware(page)
  const machine = machineOf(hardware)
  const footprint = footprintChoices(options)
  const run: RunEntry = {
    type: 'run',
    version: JOURNAL_VERSION,
    t: 0,
    id: runId(startedAt),
    name,
    project,
    startedAt: startedAt.toISOString(),
    owner: { pid: 0 },
    samplingIntervalMs: options.samplingIntervalMs ?? 1000,
    scope: 'process',
    // A page sees no other process: by its share of busy time it would answer for the whole idle machine.
    staticPolicy: options.staticPolicy ?? 'capacity',
    sensors: [pageCpuModel(machine)],
    unavailable: [NO_INSTRUMENTS],
    usageSource: GUESSED_USAGE,
    optIns: [],
    machine,
    ...placeOf(options, machine),
    embodied: options.embodied !== false,
    ...(footprint && { footprint }),
    software: { epochwatt: PACKAGE_VERSION, platform: 'browser' },
    tags: options.tags ?? {},
    params: options.params ?? {},
  }
  const { exporters = [], keepIn } = options
  const exports = exporters.length > 0 ? startDelivery(exporters, exportedRun(run)) : undefined
  const session = new PageSession({
    run,
    hardware,
    late: readLateHardware(page, webglRenderer),
    ...(exports && { exports }),
    ...(keepIn && { keepIn }),
  })
  runBegan(session)
  return session
}
