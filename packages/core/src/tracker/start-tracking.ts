import { resolve } from 'node:path'
import { discardAutoRun } from '../auto/auto-slot.js'
import { OptionError } from '../errors.js'
import { startExports } from '../export/export-scheduler.js'
import { resolvePue } from '../footprint/resolve-pue.js'
import { resolveLocation } from '../grid/resolve-location.js'
import { resolveGridIntensity } from '../grid/static-grid.js'
import type { RunEntry } from '../journal/entry.js'
import { JOURNAL_VERSION } from '../journal/entry.js'
import { loadZod } from '../lazy-zod.js'
import type { TrackingOptions } from '../options/definitions.js'
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.js'
import { probeEnvironment } from '../sensors/environment.js'
import { discoverSensors } from '../sensors/registry.js'
import type { ProbeEnvironment } from '../sensors/sensor.js'
import { reservedShare } from '../sensors/usage/reserved-share.js'
import { currentOwner } from '../store/owner.js'
import { recoverRuns } from '../store/recover-runs.js'
import { createRun, DEFAULT_DIR, openStore, unwritable } from '../store/run-store.js'
import { PACKAGE_VERSION } from '../version.js'
import { disabledTracker } from './disabled-tracker.js'
import { liveGridOf } from './live-grid-option.js'
import { defaultProject, newRunId } from './run-identity.js'
import type { Tracker } from './tracker.js'
import { TrackingSession } from './tracking-session.js'

/** Journals of dead runs up to this size are finished at a start; larger ones wait for a stop. */
const QUICK_RECOVERY_BYTES = 1_000_000

/** What a run would stand on with these options: place, grid, building and sensors. */
export const resolveRun = (resolved: ResolvedOptions, environment: ProbeEnvironment) => {
  const { values, sources } = resolved
  const location = resolveLocation(values, sources)
  const live = liveGridOf(resolved, location)
  return {
    location,
    ...(live && { live }),
    grid: resolveGridIntensity({
      location,
      ...(values.gridIntensity !== undefined && { gridIntensity: values.gridIntensity }),
      how: sources.get('gridIntensity') ?? 'option',
    }),
    pue: resolvePue({
      location,
      machine: environment.machine,
      ...(values.pue !== undefined && { pue: values.pue }),
      how: sources.get('pue') ?? 'option',
    }),
    ...discoverSensors(environment, {
      ...(values.cpuTdpWatts !== undefined && { cpuTdpWatts: values.cpuTdpWatts }),
      wholeMachine: values.scope === 'machine',
    }),
  }
}

/**
 * Begins to track the energy and carbon of what this process does.
 *
 * Synchronous: when it returns, the first reading is taken. Everything about the run is journalled below `dir` from
 * now on. The process ends when its own work is done; a run nobody stopped is closed as failed.
 *
 * @throws OptionError and EpochwattError for options that cannot be, and for a store that cannot be written. After
 * that nothing of epochwatt throws.
 * @example
 * const tracker = startTracking({ country: 'FR' })
 * for (let index = 0; index < 3; index++) {
 *   const epoch = tracker.window('epoch', { index })
 *   await train()
 *   epoch.end()
 * }
 * const record = await tracker.stop()
 * console.log(record?.energy.total_kwh, record?.carbon.total_g)
 */
export const startTracking = (options: TrackingOptions = {}): Tracker => {
  const resolved = resolveOptions(options)
  const { values } = resolved
  const startedAt = new Date()
  const project = values.project ?? defaultProject(process.cwd())
  const name = values.name ?? `${project} ${startedAt.toISOString().slice(0, 16).replace('T', ' ')}`
  if (values.disabled) return disabledTracker(name, project)
  discardAutoRun()

  // Resolved once: the script may change its working directory while it runs.
  const dir = resolve(values.dir ?? DEFAULT_DIR)
  const environment = probeEnvironment()
  const { location, grid, live, pue, sensors, unavailable, deferred } = resolveRun(resolved, environment)
  if (values.psys && !sensors.some(({ optIn }) => optIn === 'psys')) {
    throw new OptionError(
      'psys',
      true,
      'true only where the machine has a readable platform counter; `epochwatt doctor` lists sensors',
    )
  }
  const reserved = reservedShare(environment)
  const run: RunEntry = {
    type: 'run',
    version: JOURNAL_VERSION,
    t: 0,
    id: newRunId(startedAt),
    name,
    project,
    startedAt: startedAt.toISOString(),
    owner: currentOwner(),
    samplingIntervalMs: values.samplingIntervalMs ?? 1000,
    scope: values.scope ?? 'process',
    // Without a limit there is nothing reserved; the record names the policy that was applied.
    staticPolicy: values.staticPolicy ?? (reserved !== undefined ? 'reserved' : 'proportional'),
    ...(reserved !== undefined && { reservedShare: reserved }),
    ...(values.idleWatts !== undefined && { idleWatts: values.idleWatts }),
    sensors,
    unavailable,
    ...(deferred.length > 0 && { pending: deferred.map(({ unanswered }) => unanswered) }),
    optIns: values.psys ? ['psys'] : [],
    machine: environment.machine,
    location,
    grid,
    pue,
    embodied: values.embodied ?? true,
    software: {
      epochwatt: PACKAGE_VERSION,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    tags: values.tags ?? {},
    params: values.params ?? {},
  }
  const directory = createRun(dir, run.id, { owner: run.owner, samplingIntervalMs: run.samplingIntervalMs })
  const exports =
    values.exporters && values.exporters.length > 0
      ? startExports(values.exporters, {
          id: run.id,
          name,
          project,
          startedAt: run.startedAt,
          params: run.params,
          tags: run.tags,
        })
      : undefined
  let session: TrackingSession
  try {
    session = new TrackingSession({
      run,
      directory,
      dir,
      environment,
      deferred,
      ...(live && { live }),
      ...(exports && { exports }),
    })
  } catch (cause) {
    throw unwritable(dir, cause)
  }
  setImmediate(async () => {
    try {
      const others = openStore(dir)
        .openRuns()
        .filter(id => id !== run.id)
      if (others.length === 0) return
      await loadZod()
      recoverRuns(dir, { mostBytes: QUICK_RECOVERY_BYTES, except: run.id })
    } catch {
      // What cannot be recovered now is tried again at the stop, and by `epochwatt recover`.
    }
  }).unref?.()
  return session
}
