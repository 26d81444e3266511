import { basename } from 'node:path'
import { messageOf } from '../../errors.js'
import { gpuDevice } from '../hwmon/gpu-device.js'
import { openHwmon } from '../hwmon/open-hwmon.js'
import type { DeferredDiscovery, ProbeResult, SensorSpec, UnavailableSensor } from '../sensor.js'
import {
  AMD_SMI_STATUS,
  type AmdSmi,
  type AmdSmiEnergy,
  AmdSmiError,
  type AmdSmiGpu,
  isAmdSmiError,
} from './amd-smi.js'
import { type AmdSmiSettings, amdSmiSession } from './amd-smi-session.js'
import type { AmdGpuSettings } from './open-amd-smi.js'

const PROVIDER = 'amd-smi'

/** Settings of the deferred probe. */
export type AmdSmiProbeSettings = AmdSmiSettings

/** How long counters are watched. At the least that any board draws idle, it is a hundred thousand steps. */
const WATCH_MS = 500

/** Counter and gauge may differ by this factor before one of them must be wrong: their averages do not cover the same time. */
const AGREEMENT = 10

/** More than any board draws so far. */
const HIGHEST_BOARD_WATTS = 1200

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

const attempt = <T>(question: () => T): T | undefined => {
  try {
    return question()
  } catch {
    return undefined
  }
}

/** A GPU as it was at one end of the watch. */
interface Watched {
  readonly gpu: AmdSmiGpu
  readonly index: number
  readonly pciAddress: string
  readonly gauge: SensorSpec | undefined
  readonly energy: AmdSmiEnergy
  readonly watts: number
  readonly at: number
}

const wattsOf = (gauge: SensorSpec | undefined): number => {
  const sensor = gauge && attempt(() => openHwmon(gauge))
  const watts = sensor ? sensor.read() * gauge.scale : Number.NaN
  sensor?.close()
  return watts
}

const broken = (index: number, reason: string): UnavailableSensor => ({
  id: `${PROVIDER}/${index}`,
  domain: 'gpu',
  state: 'broken',
  reason,
})

/** Why a counter must not be believed; undefined when it may. */
const fault = (before: Watched, after: Watched): string | undefined => {
  const seconds = (after.at - before.at) / 1000
  const joules =
    ((after.energy.accumulator - before.energy.accumulator) * after.energy.microjoulesPerStep) / 1e6
  const gaugeWatts = (before.watts + after.watts) / 2
  const beside = Number.isNaN(gaugeWatts) ? '' : ` while its gauge says ${gaugeWatts.toPrecision(3)} W`
  if (joules <= 0) {
    return (
      `its energy counter did not advance in ${seconds.toFixed(1)} s${beside} ` +
      '(the second die of a board, or firmware that does not count)'
    )
  }
  const ratio = joules / seconds / gaugeWatts
  // No gauge, or one of 0 W, proves nothing.
  if (!Number.isFinite(ratio) || (ratio <= AGREEMENT && ratio >= 1 / AGREEMENT)) return undefined
  return `its energy counter says ${(joules / seconds).toPrecision(3)} W${beside}`
}

const toSpec = ({ index, pciAddress, energy, gpu, gauge }: Watched, access: AmdSmiSettings): SensorSpec => {
  const settings: AmdGpuSettings = { ...access, pciAddress }
  const name = attempt(() => gpu.name()) || 'an AMD GPU'
  return {
    id: `${PROVIDER}/${index}`,
    provider: PROVIDER,
    domain: 'gpu',
    // Also that of its channels in hwmon, which are then left out.
    device: gpuDevice(pciAddress),
    component: 'gpu',
    covers: gauge?.covers ?? ['gpu'],
    contains: [],
    kind: 'energy_counter',
    tier: 'measured',
    method: `Energy counter of ${name} (whole board), read through AMD SMI in steps of ${energy.microjoulesPerStep.toFixed(3)} µJ`,
    band: { low: 0.9, high: 1.1 },
    scale: energy.microjoulesPerStep * 1e-6,
    maxPowerWatts: gauge?.maxPowerWatts ?? HIGHEST_BOARD_WATTS,
    updatePeriodMs: 10,
    readAtBoundary: false,
    settings: { ...settings },
  }
}

/** Partitions of a GPU are functions of one PCI device; its energy is shown by the first. */
const withoutFunction = (pciAddress: string): string => pciAddress.replace(/\.\d$/, '')

/**
 * The GPUs that AMD SMI shows, each watched for half a second: counters that stand still or contradict the gauge of
 * their board are left out, and the gauge remains.
 *
 * @param known Sensors found so far, the gauges of hwmon among them.
 */
export const discoverGpus = (
  smi: AmdSmi,
  access: AmdSmiSettings,
  known: readonly SensorSpec[],
  wait: (milliseconds: number) => void = pause,
): ProbeResult => {
  const unavailable: UnavailableSensor[] = []
  const watch = (gpu: AmdSmiGpu, index: number): Watched | undefined => {
    try {
      const pciAddress = gpu.pciAddress()
      const gauge = known.find(
        spec =>
          spec.provider === 'hwmon' && spec.kind === 'power_gauge' && spec.device === gpuDevice(pciAddress),
      )
      const energy = gpu.energy()
      return { gpu, index, pciAddress, gauge, energy, watts: wattsOf(gauge), at: performance.now() }
    } catch (error) {
      const reason = isAmdSmiError(error, AMD_SMI_STATUS.notSupported)
        ? 'it has no energy counter'
        : `AMD SMI does not answer for it: ${messageOf(error)}`
      unavailable.push(broken(index, reason))
      return undefined
    }
  }
  const before = smi.gpus().map(watch)
  if (before.length === 0) {
    const reason = 'AMD SMI shows no GPU'
    return { sensors: [], unavailable: [{ id: PROVIDER, domain: 'gpu', state: 'absent', reason }] }
  }
  wait(WATCH_MS)
  const sensors: SensorSpec[] = []
  const counted = new Set<string>()
  for (const first of before) {
    const second = first && watch(first.gpu, first.index)
    if (!second) continue
    const device = withoutFunction(second.pciAddress)
    const why = counted.has(device) ? 'it is a part of a GPU that is counted already' : fault(first, second)
    if (why !== undefined) {
      unavailable.push(broken(second.index, why))
      continue
    }
    counted.add(device)
    sensors.push(toSpec(second, access))
  }
  return { sensors, unavailable }
}

/** Starts AMD SMI and looks at its GPUs, which takes more than half a second. */
export const discoverAmdSmi: DeferredDiscovery = ({ settings, unanswered }, _environment, known) => {
  const access = settings as unknown as AmdSmiProbeSettings
  try {
    return discoverGpus(amdSmiSession(access), access, known)
  } catch (error) {
    const message = messageOf(error)
    const locked = isAmdSmiError(error, AMD_SMI_STATUS.noPermission)
    const reason =
      error instanceof AmdSmiError
        ? `AMD SMI does not answer: ${message}`
        : // The loader's message may name the path, which stays on this machine.
          `AMD SMI cannot be loaded: ${message.replaceAll(access.library, basename(access.library))}`
    const remedy = locked
      ? 'sudo usermod --append --groups render,video "$USER"   # then log in again'
      : 'The power of AMD GPUs is read from hwmon instead.'
    return {
      sensors: [],
      unavailable: [{ ...unanswered, state: locked ? 'locked' : 'broken', reason, remedy }],
    }
  }
}
