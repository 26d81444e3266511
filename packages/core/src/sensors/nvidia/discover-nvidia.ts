import { basename } from 'node:path'
import { messageOf } from '../../errors.js'
import { discoverNvidiaSmi } from '../nvidia-smi/discover-nvidia-smi.js'
import type {
  DeferredDiscovery,
  ProbeEnvironment,
  ProbeResult,
  SensorSpec,
  UnavailableSensor,
} from '../sensor.js'
import { type Board, boardSpecs } from './board-specs.js'
import { isNvmlError, NVML_RETURN, type Nvml, type NvmlDevice, NvmlError, type Partition } from './nvml.js'
import { type NvmlSettings, nvmlSession } from './nvml-session.js'
import { hiddenBoard, visibleBoards } from './visible-boards.js'

/** Compute slices of a whole board: seven, but four on the smaller ones that can be partitioned. */
const slicesOf = (name: string): number => (/\bA30\b|\bRTX PRO\b/.test(name) ? 4 : 7)

/** A board as listed, before it is known which of them matter. */
interface Listed {
  readonly index: number
  readonly device: NvmlDevice
  readonly uuid: string
  readonly name: string
  readonly partitions: readonly Partition[]
  readonly partitionUuids: readonly string[]
}

const attempt = <T>(question: () => T): T | undefined => {
  try {
    return question()
  } catch {
    return undefined
  }
}

const list = (nvml: Nvml, index: number): Listed => {
  const device = nvml.deviceAt(index)
  const partitions = device.isPartitioned() ? (attempt(() => device.partitions()) ?? []) : []
  return {
    index,
    device,
    uuid: device.uuid(),
    name: device.name(),
    partitions,
    partitionUuids: partitions.map(({ uuid }) => uuid),
  }
}

/** CUDA uses the first partition of a board unless partitions are named. */
const shareOf = ({ name, partitions }: Listed, visible: 'all' | readonly string[]): number | undefined => {
  if (partitions.length === 0) return undefined
  const used =
    visible === 'all' ? partitions.slice(0, 1) : partitions.filter(({ uuid }) => visible.includes(uuid))
  const slices = used.reduce((sum, { computeSlices }) => sum + computeSlices, 0)
  return Math.min(1, slices / slicesOf(name))
}

const broken = (index: number, reason: string): UnavailableSensor => ({
  id: `nvidia/${index}`,
  domain: 'gpu',
  state: 'broken',
  reason,
})

/**
 * The boards that NVML shows.
 *
 * @param wholeMachine Count boards that this process may not use, and all of a partitioned one.
 */
export const discoverBoards = (
  nvml: Nvml,
  access: NvmlSettings,
  { variables = {} }: ProbeEnvironment,
  wholeMachine: boolean,
  known: readonly SensorSpec[],
): ProbeResult => {
  const listed: Listed[] = []
  const unavailable: UnavailableSensor[] = []
  const count = nvml.deviceCount()
  for (let index = 0; index < count; index++) {
    try {
      const board = list(nvml, index)
      // Some drivers show one board by several handles: its energy counts once.
      if (!listed.some(({ uuid }) => uuid === board.uuid)) listed.push(board)
    } catch (error) {
      unavailable.push(broken(index, `the driver does not answer for this GPU: ${messageOf(error)}`))
    }
  }
  if (count === 0) {
    const reason = 'the NVIDIA driver is loaded but shows no GPU'
    unavailable.push({ id: 'nvidia', domain: 'gpu', state: 'absent', reason })
  }
  const names = variables.CUDA_VISIBLE_DEVICES
  const visible = visibleBoards(wholeMachine ? undefined : names, listed)
  const uncertainOrder =
    !wholeMachine &&
    /^\s*\d/.test(names ?? '') &&
    variables.CUDA_DEVICE_ORDER !== 'PCI_BUS_ID' &&
    new Set(listed.map(({ name }) => name)).size > 1

  const sensors: SensorSpec[] = []
  for (const [place, entry] of listed.entries()) {
    const { index, device, uuid, name } = entry
    const mayUse = visible.get(place)
    if (mayUse === undefined) {
      unavailable.push(hiddenBoard(`nvidia/${index}`))
      continue
    }
    const limit = attempt(() => device.maxPowerMilliwatts())
    const board: Board = {
      index,
      uuid,
      name,
      hasEnergy: attempt(() => device.totalEnergyMillijoules()) !== undefined,
      hasPower: attempt(() => device.powerMilliwatts()) !== undefined,
      maxPowerWatts: limit && limit / 1000,
      share: wholeMachine ? undefined : shareOf(entry, mayUse),
      uncertainOrder,
    }
    const specs = boardSpecs(board, access, known)
    if (specs.length === 0)
      unavailable.push(broken(index, `${name} reports neither its energy nor its power`))
    sensors.push(...specs)
  }
  return { sensors, unavailable }
}

type Obstacle = Pick<UnavailableSensor, 'state' | 'reason' | 'remedy'>

const asUnavailable = (obstacle: Obstacle): UnavailableSensor => ({
  id: 'nvidia',
  domain: 'gpu',
  ...obstacle,
})

const obstacleOf = (error: unknown, library: string): Obstacle => {
  if (isNvmlError(error, NVML_RETURN.driverNotLoaded)) {
    return { state: 'absent', reason: 'the NVIDIA driver is not loaded', remedy: 'sudo modprobe nvidia' }
  }
  if (isNvmlError(error, NVML_RETURN.noPermission)) {
    return {
      state: 'locked',
      reason: 'this user may not talk to the NVIDIA driver',
      remedy: 'Check the mode of /dev/nvidiactl and the device cgroup of the container.',
    }
  }
  if (isNvmlError(error, NVML_RETURN.versionMismatch)) {
    return {
      state: 'broken',
      reason: 'the NVIDIA driver in use and its library are of different versions',
      remedy: 'Restart the machine, as after every update of the driver.',
    }
  }
  if (error instanceof NvmlError) return { state: 'broken', reason: `NVML does not answer: ${error.message}` }
  return {
    state: 'broken',
    // The loader's message may name the path, which stays on this machine.
    reason: `NVML cannot be loaded: ${messageOf(error).replaceAll(library, basename(library))}`,
    remedy:
      'In a container, start it with the NVIDIA container toolkit (docker run --gpus all ...). ' +
      'If the library has another name or place, set EPOCHWATT_NVML_LIBRARY to its path.',
  }
}

/** Settings of the deferred probe. */
export interface NvidiaProbeSettings {
  /** Where koffi is, if it is installed. */
  readonly koffi?: string
  readonly library: string
  readonly wholeMachine: boolean
}

const NO_KOFFI: Obstacle = {
  state: 'broken',
  reason: 'the package koffi, through which the NVIDIA driver is read, is not installed',
  remedy: 'npm install koffi',
}

/**
 * Wakes up the driver, which may take seconds, and looks at its GPUs. Where its library cannot be called, nvidia-smi
 * stands in, which knows power but neither energy nor processes.
 */
export const discoverNvidia: DeferredDiscovery = ({ settings }, environment, known) => {
  const { wholeMachine, koffi, library } = settings as unknown as NvidiaProbeSettings
  let obstacle = NO_KOFFI
  if (koffi !== undefined) {
    const access = { koffi, library }
    let nvml: Nvml | undefined
    try {
      nvml = nvmlSession(access)
    } catch (error) {
      obstacle = obstacleOf(error, library)
      // nvidia-smi would meet the same driver.
      if (error instanceof NvmlError) return { sensors: [], unavailable: [asUnavailable(obstacle)] }
    }
    if (nvml) return discoverBoards(nvml, access, environment, wholeMachine, known)
  }
  const { sensors, unavailable } = discoverNvidiaSmi(environment, wholeMachine)
  return { sensors, unavailable: [asUnavailable(obstacle), ...unavailable] }
}
