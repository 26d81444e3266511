import { join } from 'node:path'
import { readNumber, readText } from '../read-text.js'
import type { SensorSpec } from '../sensor.js'
import { type Channel, channelId, plusMinus } from './channel.js'
import type { Chip } from './chips.js'
import { gpuDevice } from './gpu-device.js'

/** More than any board draws so far, where its limit cannot be read. */
const HIGHEST_BOARD_WATTS = 1200

/** Telemetry of the board's own controller, averaged by its firmware; our choice, no study compares it across boards. */
const GAUGE_BAND = plusMinus(0.15)
const COUNTER_BAND = plusMinus(0.1)

const hex = (text: string | undefined): string => (text ?? '').replace(/^0x/, '')

/** `AMD GPU 1002:744c`: names of products are not in `/sys`. */
const boardName = (vendor: string, { device }: Chip): string => {
  const ids = ['vendor', 'device'].map(file => hex(readText(join(device, file)))).filter(id => id !== '')
  return [vendor, 'GPU', ...(ids.length === 2 ? [ids.join(':')] : [])].join(' ')
}

const limitWatts = ({ directory, files }: Chip, names: readonly string[]): number => {
  const limits = names.filter(name => files.has(name)).map(name => readNumber(join(directory, name)) ?? 0)
  return Math.max(...limits, 0) / 1e6 || HIGHEST_BOARD_WATTS
}

const gpu = (chip: Chip) =>
  ({
    chip,
    domain: 'gpu',
    device: gpuDevice(chip.address),
    component: 'gpu',
    covers: ['gpu'],
    scale: 1e-6,
  }) as const satisfies Partial<SensorSpec> & { chip: Chip }

const powerFile = ({ files }: Chip): string | undefined =>
  ['power1_average', 'power1_input'].find(file => files.has(file))

/** Instinct MI300A: processor, graphics and memory on one socket, which `/sys` shows as a board. */
const ACCELERATED_SOCKET = '0x74a0'

/** Only processors with graphics show the voltage of their northbridge; their power is that of the whole socket. */
const isApu = ({ directory, files }: Chip): boolean =>
  files.has('in1_label') && readText(join(directory, 'in1_label')) === 'vddnb'

export const amdgpuChannels = (chip: Chip): Channel[] => {
  const file = powerFile(chip)
  if (!file) return []
  const apu = isApu(chip)
  const channel: Channel = {
    ...gpu(chip),
    id: channelId(chip, 'power1'),
    contains: [],
    kind: 'power_gauge',
    band: GAUGE_BAND,
    maxPowerWatts: limitWatts(chip, ['power1_cap_max', 'power1_cap']),
    updatePeriodMs: 100,
    files: { file },
    what: `power of ${boardName('AMD', chip)} (whole board)`,
    ...(readText(join(chip.device, 'device')) === ACCELERATED_SOCKET && {
      covers: ['gpu', 'cpu', 'memory'],
      what: `power of ${boardName('AMD', chip)} (socket of processor, GPU and memory)`,
    }),
  }
  if (!apu) return [channel]
  return [
    {
      ...channel,
      domain: 'package',
      device: 'socket-0',
      component: 'cpu',
      covers: ['cpu', 'gpu'],
      what: 'power of the socket, processor and graphics together',
    },
  ]
}

const INTEL_LIMITS = ['power1_rated_max', 'power1_max'] as const

const intelCounter = (chip: Chip, number: number, label: string, contains: readonly string[]): Channel => ({
  ...gpu(chip),
  id: channelId(chip, label),
  contains,
  kind: 'energy_counter',
  band: COUNTER_BAND,
  maxPowerWatts: limitWatts(chip, INTEL_LIMITS),
  updatePeriodMs: 10,
  files: { file: `energy${number}_input` },
  what: `energy of ${boardName('Intel', chip)} (${label})`,
})

/** The card, and beside it, on boards of several tiles, one chip for each. */
export const i915Channels = (chip: Chip, chips: readonly Chip[]): Channel[] => {
  const tiles = chips.filter(({ name, address }) => /^i915_gt\d+$/.test(name) && address === chip.address)
  return [
    intelCounter(
      chip,
      1,
      'card',
      tiles.map(tile => channelId(tile, 'tile')),
    ),
  ]
}

export const i915TileChannels = (chip: Chip): Channel[] => [intelCounter(chip, 1, 'tile', [])]

export const xeChannels = (chip: Chip): Channel[] => {
  const numbers = [1, 2].filter(number => chip.files.has(`energy${number}_input`))
  const labelOf = (number: number): string =>
    readText(join(chip.directory, `energy${number}_label`)) ?? `energy${number}`
  const labels = numbers.map(labelOf)
  return numbers.map(number => {
    const label = labelOf(number)
    const inside = label === 'card' ? labels.filter(other => other !== 'card') : []
    return intelCounter(
      chip,
      number,
      label,
      inside.map(other => channelId(chip, other)),
    )
  })
}

export const nouveauChannels = (chip: Chip): Channel[] => {
  const file = powerFile(chip)
  if (!file) return []
  return [
    {
      ...gpu(chip),
      id: channelId(chip, 'power1'),
      contains: [],
      kind: 'power_gauge',
      band: GAUGE_BAND,
      maxPowerWatts: limitWatts(chip, ['power1_max', 'power1_crit']),
      updatePeriodMs: 100,
      files: { file },
      what: `power of ${boardName('NVIDIA', chip)} (whole board, nouveau driver)`,
    },
  ]
}
