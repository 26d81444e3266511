import { resolve } from 'node:path'
import { discardAutoRun } from '../auto/auto-slot.js'
import { OptionError } from '../errors.js'
import type { ExportedRun } from '../export/exporter.js'
import { automaticExporters } from '../export/known-trackers.js'
import { namedExporters } from '../export/named-exporters.js'
import { startDelivery } from '../export/start-delivery.js'
import { footprintChoices } from '../footprint/footprint-choices.js'
import { resolvePue } from '../footprint/resolve-pue.js'
import { IP_SERVICE } from '../grid/ask-ip-country.js'
import { locatedByEvidence, type PlaceEvidence } from '../grid/located-by-evidence.js'
import type { Location } from '../grid/location.js'
import { resolveLocation } from '../grid/resolve-location.js'
import { resolveGridIntensity } from '../grid/static-grid.js'
import { timeZoneCountry } from '../grid/time-zone-country.js'
import type { PlaceEntry } from '../journal/entry.js'
import { JOURNAL_VERSION } from '../journal/entry.js'
import { loadZod } from '../lazy-zod.js'
import type { TrackingOptions } from '../options/definitions.js'
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.js'
import { checkTags } from '../policy/check-tags.js'
import { followPolicies } from '../policy/follow-policies.js'
import { jobKey } from '../ranks/job-key.js'
import { acceleratorModels } from '../sensors/cloud/accelerator-model.js'
import { probeEnvironment } from '../sensors/environment.js'
import { readMeters } from '../sensors/meters/read-meters.js'
import { discoverSensors } from '../sensors/registry.js'
import type { MachineFacts, ProbeEnvironment } from '../sensors/sensor.js'
import { memoryLimitBytes } from '../sensors/usage/memory-limit.js'
import { reservedShare } from '../sensors/usage/reserved-share.js'
import { currentOwner } from '../store/owner.js'
import { recoverRuns } from '../store/recover-runs.js'
import { createRun, DEFAULT_DIR, openStore, unwritable } from '../store/run-store.js'
import { PACKAGE_VERSION } from '../version.js'
import type { PlaceQuestion } from './ask-for-place.js'
import { disabledTracker } from './disabled-tracker.js'
import { liveGridsOf } from './live-grid-option.js'
import { defaultProject, newRunId } from './run-identity.js'
import { runSource } from './run-source.js'
import type { SessionPlan } from './session-plan.js'
import type { Tracker } from './tracker.js'
import { TrackingSession } from './tracking-session.js'

/** Journals of dead runs up to this size are finished at a start; larger ones wait for a stop. */
const QUICK_RECOVERY_BYTES = 1_000_000

/** Who may be asked for the place, and what becomes of the answer. Nobody, unless an option allows it. */
const placeQuestion = (
  { cloudMetadata, locateByIp, offline, dir = DEFAULT_DIR }: Readonly<TrackingOptions>,
  { cloud: firmware, virtual }: MachineFacts,
  said: Location,
  place: (evidence: PlaceEvidence) => Omit<PlaceEntry, 'type' | 't' | 'models'>,
): PlaceQuestion | undefined => {
  const asksMetadata = cloudMetadata === true && (firmware !== undefined || virtual)
  const asksByIp = locateByIp !== undefined && locateByIp !== false && said.how === 'unknown'
  if (offline || !(asksMetadata || asksByIp)) return undefined
  const base = process.env.EPOCHWATT_METADATA_URL
  return {
    ...(asksMetadata && {
      metadata: { ...(firmware && { provider: firmware.provider }), ...(base && { base }) },
    }),
    ...(asksByIp && { ip: { service: locateByIp === true ? IP_SERVICE : locateByIp, dir: resolve(dir) } }),
    placed: ({ cloud, ipCountry }) => ({
      ...place({ cloud: cloud ?? firmware, ipCountry }),
      // What the firmware told is in the header already.
      models: firmware?.instanceType === undefined ? acceleratorModels(cloud?.instanceType) : [],
    }),
  }
}

/** What a run would stand on with these options: place, grid, building and sensors. */
export const resolveRun = (resolved: ResolvedOptions, environment: ProbeEnvironment) => {
  const { values, sources } = resolved
  const { machine } = environment
  const said = resolveLocation(values, sources)
  const zone = said.how === 'unknown' ? timeZoneCountry()?.country : undefined
  const place = (evidence: PlaceEvidence) => {
    const location = locatedByEvidence(said, { ...evidence, timeZoneCountry: zone })
    return {
      location,
      grid: resolveGridIntensity({
        location,
        ...(values.gridIntensity !== undefined && { gridIntensity: values.gridIntensity }),
        how: sources.get('gridIntensity') ?? 'option',
      }),
      pue: resolvePue({
        location,
        machine,
        ...(values.pue !== undefined && { pue: values.pue }),
        how: sources.get('pue') ?? 'option',
      }),
    }
  }
  const known = place({ cloud: machine.cloud })
  const live = liveGridsOf(resolved, known.location)
  const question = placeQuestion(values, machine, said, place)
  return {
    ...known,
    ...(live && { live }),
    ...(question && { question }),
    ...discoverSensors(environment, {
      ...(values.cpuTdpWatts !== undefined && { cpuTdpWatts: values.cpuTdpWatts }),
      wholeMachine: values.scope === 'machine',
      ...(values.offline !== undefined && { offline: values.offline }),
      ...(values.meters && {
        meters: readMeters(
          values.meters,
          sources.get('meters') === 'environment' ? 'EPOCHWATT_METERS' : 'meters',
        ),
      }),
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
  const { values, policies } = resolved
  const now = new Date()
  const project = values.project ?? defaultProject(process.cwd())
  const name = values.name ?? `${project} ${now.toISOString().slice(0, 16).replace('T', ' ')}`
  if (values.disabled) return disabledTracker(name, project)
  checkTags(values.tags ?? {}, policies)
  discardAutoRun()

  // Resolved once: the script may change its working directory while it runs.
  const dir = resolve(values.dir ?? DEFAULT_DIR)
  const environment = probeEnvironment()
  const plan = resolveRun(resolved, environment)
  const { location, grid, live, pue, sensors, unavailable, deferred } = plan
  if (values.psys && !sensors.some(({ optIn }) => optIn === 'psys')) {
    throw new OptionError(
      'psys',
      true,
      'true only where the machine has a readable platform counter; `epochwatt doctor` lists sensors',
    )
  }
  const reserved = reservedShare(environment)
  const memoryLimit = memoryLimitBytes(environment)
  const job = jobKey(values.job, process.env)
  const footprint = footprintChoices(values)
  const run: SessionPlan['run'] = {
    type: 'run',
    version: JOURNAL_VERSION,
    t: 0,
    id: newRunId(now),
    name,
    project,
    owner: currentOwner(),
    samplingIntervalMs: values.samplingIntervalMs ?? 1000,
    scope: values.scope ?? 'process',
    // Without a limit there is nothing reserved; the record names the policy that was applied.
    staticPolicy: values.staticPolicy ?? (reserved !== undefined ? 'reserved' : 'proportional'),
    ...(reserved !== undefined && { reservedShare: reserved }),
    ...(memoryLimit !== undefined && { memoryLimitBytes: memoryLimit }),
    ...(values.idleWatts !== undefined && { idleWatts: values.idleWatts }),
    sensors,
    unavailable,
    ...(deferred.length > 0 && { pending: deferred.map(({ unanswered }) => unanswered) }),
    optIns: values.psys ? ['psys'] : [],
    machine: environment.machine,
    location,
    grid,
    pue,
    embodied: values.embodied !== false,
    ...(footprint && { footprint }),
    software: {
      epochwatt: PACKAGE_VERSION,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      ...runSource(),
    },
    tags: values.tags ?? {},
    params: values.params ?? {},
  }
  const named = values.exporters?.filter(exporter => typeof exporter === 'string')
  const automatic = named ? namedExporters(named) : values.autoExport === false ? [] : automaticExporters()
  const directory = createRun(dir, run.id, { owner: run.owner, samplingIntervalMs: run.samplingIntervalMs })
  const exporters = (values.exporters ?? []).filter(exporter => typeof exporter !== 'string')
  const deliver = (exported: ExportedRun) =>
    startDelivery({ directory, run: exported, exporters, automatic, isOffline: values.offline ?? false })
  let session: TrackingSession
  try {
    session = new TrackingSession({
      run,
      directory,
      dir,
      environment,
      deferred,
      ...(live && { live }),
      ...(job !== undefined && { job }),
      ...(plan.question && { place: plan.question }),
      ...((exporters.length > 0 || automatic.length > 0) && { deliver }),
    })
  } catch (cause) {
    throw unwritable(dir, cause)
  }
  followPolicies(session, policies, dir, {
    warn: (code, message) => {
      session.warn(code, message)
      process.emitWarning(message, { code: `EPOCHWATT_${code}` })
    },
    stop: reason => session.requestStop(reason),
  })
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
