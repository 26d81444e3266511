import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Quantity } from '../quantity/quantity.js'
import type { RunRecord } from '../record/record.js'
import type { MachineFacts } from '../sensors/sensor.js'

/** The PUE that a record was computed with. */
export const recordedPue = ({ pue }: RunRecord): PueFigure => ({
  value: pue.value,
  low: pue.low,
  high: pue.high,
  tier: pue.tier,
  source: pue.source,
  how: pue.how,
})

/** Energy that was supplied over energy that the parts used: above 1 where the record counts losses on the way. */
export const suppliedRatio = ({ energy, pue }: RunRecord): number => {
  const { total_kwh, facility_kwh, losses } = energy
  const isLossy = losses?.board_kwh !== undefined || losses?.psu_kwh !== undefined
  if (!isLossy || !facility_kwh || !total_kwh || total_kwh.value <= 0) return 1
  return facility_kwh.value / (total_kwh.value * pue.value)
}

/** An energy of the run with what was lost on the way to the machine's parts, where its record counts that. */
export const supplied = (energy: Quantity, record: RunRecord): Quantity => {
  const ratio = suppliedRatio(record)
  return ratio === 1
    ? energy
    : { ...energy, value: energy.value * ratio, low: energy.low * ratio, high: energy.high * ratio }
}

/** The intensity that a record was computed with. */
export const recordedGrid = ({ grid }: RunRecord): GridIntensity => ({
  gramsPerKwh: grid.g_per_kwh.value,
  low: grid.g_per_kwh.low,
  high: grid.g_per_kwh.high,
  zone: grid.zone,
  source: grid.source,
  basis: grid.basis,
  kind: grid.kind,
  ...(grid.year !== undefined && { year: grid.year }),
  tier: grid.g_per_kwh.tier,
  fallback: grid.fallback,
  method: grid.g_per_kwh.method,
})

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise

/** The machine of a record, as far as it was written down; of nothing, one of which nothing is known. */
export const recordedMachine = (
  { hardware }: Pick<RunRecord, 'hardware'> = { hardware: {} },
): MachineFacts => ({
  cpuModel: textOf(hardware.cpu_model),
  threads: numberOf(hardware.threads, 0),
  sockets: numberOf(hardware.sockets, 1),
  memoryBytes: numberOf(hardware.memory_gb, 0) * 1e9,
  virtual: hardware.virtual === true,
  energyFiltering: false,
})
