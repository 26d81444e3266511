import type { SensorSpec } from '../sensor.js'
import type { BoardSettings } from './open-nvidia.js'

/** What the driver said of one board. */
export interface Board {
  /** Its number in PCI order. */
  readonly index: number
  readonly uuid: string
  readonly name: string
  readonly hasEnergy: boolean
  readonly hasPower: boolean
  readonly maxPowerWatts: number | undefined
  /** Part of it that this process may use, where it is partitioned and only a part counts. */
  readonly share: number | undefined
  /** Numbers in CUDA_VISIBLE_DEVICES might mean other boards than they do to us. */
  readonly uncertainOrder: boolean
}

/** More than any board draws so far, where its limit cannot be asked. */
export const HIGHEST_BOARD_WATTS = 1200

/** Measured against external meters, and our choice of a round figure; docs/methodology.md gives the studies. */
const COUNTER_BAND = { low: 0.95, high: 1.05 } as const
/** Boards since Ampere look at a quarter of the time: a periodic load can hide from whoever asks them. */
export const GAUGE_BAND = { low: 0.65, high: 1.35 } as const

/** Domains that a superchip's counter includes. */
const INSIDE_MODULE: readonly SensorSpec['domain'][] = ['package', 'core', 'uncore', 'dram', 'soc']

/** The energy counter of a Grace Hopper counts the processor and its memory too. */
const isSuperchip = (name: string): boolean => /\bGH200\b|Grace Hopper/.test(name)

const notesOn = ({ share, uncertainOrder }: Board): string =>
  [
    ...(share === undefined
      ? []
      : [`of which this process holds ${Math.round(share * 100)} % by MIG compute slices`]),
    ...(uncertainOrder ? ['numbers in CUDA_VISIBLE_DEVICES taken in PCI order'] : []),
  ]
    .map(note => `; ${note}`)
    .join('')

/**
 * The sensors of one board: its counter if it has one, and its gauge, which is used only where the counter is missing
 * or stands still.
 *
 * @param known Sensors found elsewhere, some of which a superchip's counter includes.
 */
export const boardSpecs = (
  board: Board,
  access: Pick<BoardSettings, 'koffi' | 'library'>,
  known: readonly SensorSpec[],
): SensorSpec[] => {
  const { index, name, uuid, share, hasEnergy, hasPower } = board
  const id = `nvidia/${index}`
  const gaugeId = `${id}/power`
  const device = `gpu-${index}`
  const module = isSuperchip(name)
  const maxPowerWatts = Math.max(board.maxPowerWatts ?? 0, module ? HIGHEST_BOARD_WATTS : 0)
  const common = {
    provider: 'nvidia',
    device,
    component: 'gpu',
    // Energy by partition is not measured by anything: the board's is, and the rest is a rule of three.
    tier: share === undefined ? 'measured' : 'modelled',
    scale: 1e-3,
    maxPowerWatts: maxPowerWatts || HIGHEST_BOARD_WATTS,
    updatePeriodMs: 100,
    readAtBoundary: false,
    product: name,
    ...(share !== undefined && { share }),
  } as const
  const settings = (reading: BoardSettings['reading'], reportsUse: boolean): Record<string, unknown> => ({
    ...access,
    uuid,
    reading,
    reportsUse,
  })
  const counter: SensorSpec = {
    ...common,
    id,
    domain: module ? 'soc' : 'gpu',
    covers: module ? ['gpu', 'cpu', 'memory'] : ['gpu'],
    contains: [
      ...(hasPower ? [gaugeId] : []),
      ...(module ? known.filter(({ domain }) => INSIDE_MODULE.includes(domain)).map(spec => spec.id) : []),
    ],
    kind: 'energy_counter',
    method:
      `Energy counter of ${name}${module ? ', processor and memory of the module included' : ' (whole board)'}, ` +
      `read through NVML in millijoules${notesOn(board)}`,
    band: COUNTER_BAND,
    settings: settings('energy', true),
  }
  const gauge: SensorSpec = {
    ...common,
    id: gaugeId,
    domain: 'gpu',
    covers: ['gpu'],
    contains: [],
    kind: 'power_gauge',
    method: `Power of ${name} (whole board), read through NVML and integrated by trapezoid${notesOn(board)}`,
    band: GAUGE_BAND,
    settings: settings('power', !hasEnergy),
  }
  return [...(hasEnergy ? [counter] : []), ...(hasPower ? [gauge] : [])]
}
