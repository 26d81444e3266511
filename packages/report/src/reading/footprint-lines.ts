import type { GridBeside, Quantity, RunRecord } from '@epochwatt/core'
import { type Figure, formatCarbon, formatEnergy, formatQuantity } from '../format/figure.js'
import { formatFactor, formatShare } from '../format/number.js'
import { sentence } from './wording.js'

/** One line of a footprint: a figure, or why there is none, and how it came about. */
export interface FootprintLine {
  readonly label: string
  readonly quantity?: Quantity
  readonly figure?: Figure
  readonly how: string
}

const lineOf = (
  label: string,
  quantity: Quantity | undefined,
  format: (quantity: Quantity) => Figure,
  how: string = quantity?.method ?? '',
): readonly FootprintLine[] =>
  quantity ? [{ label, quantity, figure: format(quantity), how: sentence(how) }] : []

const litres = (quantity: Quantity): Figure =>
  (quantity.value || quantity.high) < 1
    ? formatQuantity(quantity, { unit: 'mL', factor: 1000 })
    : formatQuantity(quantity, { unit: 'L', factor: 1 })

/** What IT energy is the sum of. */
export const splitLines = ({ energy }: RunRecord): readonly FootprintLine[] => [
  ...lineOf('Dynamic energy', energy.dynamic_kwh, formatEnergy),
  ...lineOf('Static energy', energy.static_kwh, formatEnergy),
]

/** What was lost on the way to the parts. */
export const lossLines = ({ energy }: RunRecord): readonly FootprintLine[] => [
  ...lineOf('Board and fans', energy.losses?.board_kwh, formatEnergy),
  ...lineOf('Power supply loss', energy.losses?.psu_kwh, formatEnergy),
]

const PART_NAMES: Readonly<Record<string, string>> = {
  server: 'Making of the server',
  laptop: 'Making of the laptop',
  desktop: 'Making of the desktop',
  cpu: 'Making of the CPUs',
  memory: 'Making of the memory',
  storage: 'Making of the storage',
  enclosure: 'Making of board and case',
  accelerator: 'Making of accelerators',
}

/** What embodied carbon is the sum of. */
export const embodiedLines = ({ carbon }: RunRecord): readonly FootprintLine[] =>
  (carbon.embodied_parts ?? []).flatMap(({ name, carbon_g }) =>
    lineOf(PART_NAMES[name] ?? `Making of ${name}`, carbon_g, formatCarbon),
  )

const KIND_NAMES: Readonly<Record<GridBeside['kind'], string>> = {
  average: 'Average carbon',
  marginal: 'Marginal carbon',
  residual: 'Residual-mix carbon',
  contract: 'Market-based carbon',
}

const besideLines = ({ grid }: RunRecord): readonly FootprintLine[] =>
  (grid.beside ?? []).flatMap(({ kind, carbon_g, g_per_kwh, zone, source, basis }) =>
    lineOf(
      KIND_NAMES[kind],
      carbon_g,
      formatCarbon,
      `facility energy × ${formatFactor(g_per_kwh.value)} gCO₂e/kWh (${zone}, ${basis === 'unknown' ? 'basis not stated' : basis}, ${source})`,
    ),
  )

const waterLines = ({ water }: RunRecord): readonly FootprintLine[] =>
  water
    ? [
        ...lineOf('Water of the site', water.site_l, litres),
        ...lineOf('Water of electricity', water.electricity_l, litres),
        ...lineOf('Water', water.total_l, litres),
        ...(water.reason ? [{ label: 'Water', how: sentence(water.reason) }] : []),
      ]
    : []

const costLines = ({ cost }: RunRecord): readonly FootprintLine[] =>
  cost
    ? lineOf(
        'Electricity cost',
        cost.electricity,
        quantity => formatQuantity(quantity, { unit: cost.currency, factor: 1 }),
        `${cost.electricity.method}; ${formatFactor(cost.per_kwh)} ${cost.currency}/kWh on average`,
      )
    : []

const offsetLines = ({ offsets }: RunRecord): readonly FootprintLine[] =>
  offsets
    ? [
        {
          label: 'Offsets',
          how: `${formatFactor(offsets.stated_kg)} kgCO₂e as stated. They are taken off nothing: offsetting makes no footprint smaller.`,
        },
      ]
    : []

/** Lines that stand beside the total and are in none of it. */
export const outsideTotalLines = (record: RunRecord): readonly FootprintLine[] => [
  ...lineOf('Preparation', record.preparation?.carbon_g, formatCarbon),
  ...besideLines(record),
  ...waterLines(record),
  ...costLines(record),
  ...offsetLines(record),
]

/** What of the run served nothing, as far as the record shows. */
export const wasteLines = ({ waste }: RunRecord): readonly FootprintLine[] => {
  const { after_best_epoch: after, failed_run, idle } = waste ?? {}
  const share = after?.energy_share === undefined ? '' : `, ${formatShare(after.energy_share)} of the run`
  return [
    ...lineOf(
      'After the best epoch',
      after?.energy_kwh,
      formatEnergy,
      `${after?.epochs} epochs after the best by ${after?.metric}${share}`,
    ),
    ...lineOf('Failed run', failed_run?.energy_kwh, formatEnergy, 'All of a run that failed or was killed'),
    ...lineOf(
      'Waiting',
      idle?.time_share,
      quantity => formatQuantity(quantity, { unit: '% of time', factor: 100 }),
      `${idle?.time_share.method}, of ${idle?.within === 'run' ? 'the run' : 'its epochs'}`,
    ),
  ]
}

/** What is not counted for want of a statement, and the option that makes it. */
export const notCounted = (record: RunRecord): string | undefined => {
  const { energy, preparation, water, cost, carbon } = record
  const missing = [
    ...(carbon.embodied_g ? [] : ['the making of the hardware (embodied)']),
    ...(energy.losses?.psu_kwh ? [] : ['losses of the power supply (psuEfficiency)']),
    ...(energy.losses?.board_kwh ? [] : ['board and fans where nothing sees them (boardShare)']),
    ...(preparation ? [] : ['preparation (preparationFactor)']),
    ...(water ? [] : ['water (wue, waterIntensity)']),
    ...(cost ? [] : ['cost (tariff)']),
  ]
  return missing.length > 0 ? `Not counted: ${missing.join(', ')}.` : undefined
}
