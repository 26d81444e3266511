import type { MeterUnit } from './meter-option.js'

/** What a unit measures, and watts or joules for one of it. */
interface UnitMeaning {
  readonly of: 'power' | 'energy'
  readonly scale: number
}

const MEANINGS: Readonly<Record<MeterUnit, UnitMeaning>> = {
  W: { of: 'power', scale: 1 },
  kW: { of: 'power', scale: 1e3 },
  mW: { of: 'power', scale: 1e-3 },
  uW: { of: 'power', scale: 1e-6 },
  J: { of: 'energy', scale: 1 },
  mJ: { of: 'energy', scale: 1e-3 },
  uJ: { of: 'energy', scale: 1e-6 },
  Wmin: { of: 'energy', scale: 60 },
  Wh: { of: 'energy', scale: 3600 },
  kWh: { of: 'energy', scale: 3.6e6 },
}

export const METER_UNITS = Object.keys(MEANINGS) as MeterUnit[]

export const unitMeaning = (unit: MeterUnit): UnitMeaning => MEANINGS[unit]
