import type { GridBeside, Quantity, RunRecord } from '@epochwatt/core'
import { type Figure, formatCarbon, formatEnergy, formatQuantity } from '../format/figure.js'
import { formatFactor, formatShare, formatSignificant } from '../format/number.js'
import type { Scale } from '../format/scale.js'
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

/** The first scale in which a figure is at least 1, else the last. */
const inScales = (quantity: Quantity, scales: readonly [Scale, ...Scale[]]): Figure => {
  const size = quantity.value || quantity.high
  return formatQuantity(quantity, scales.find(({ factor }) => size * factor >= 1) ?? scales.at(-1)!)
}

const litres = (quantity: Quantity): Figure =>
  inScales(quantity, [
    { unit: 'L', factor: 1 },
    { unit: 'mL', factor: 1e3 },
    { unit: 'µL', factor: 1e6 },
  ])

/** What IT energy is the sum of. */
export const splitLines = ({ energy }: RunRecord): readonly FootprintLine[] => [
  ...lineOf('Dynamic energy', energy.dynamic_kwh, formatEnergy),
  ...lineOf('Static energy', energy.static_kwh, formatEnergy),
]

/** What was lost on the way to the parts. */
export const lossLines = ({ energy }: RunRecord): readonly FootprintLine[] => [
  ...lineOf('Board and fans', energy.losses?.board_kwh, formatEnergy),
  ...lineOf('Power supply loss', energy.losses?.psu_kwh, formatEnergy),
  ...(energy.losses?.reason ? [{ label: 'Losses', how: sentence(energy.losses.reason) }] : []),
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
  (carbon.embodied_parts ?? []).flatMap(
    ({ name, carbon_g, whole_kg, lifetime_h, time_share, resource_share }) =>
      lineOf(
        (Object.hasOwn(PART_NAMES, name) && PART_NAMES[name]) || `Making of ${name}`,
        carbon_g,
        formatCarbon,
        `${Number(whole_kg.toPrecision(4))} kgCO₂e × ${formatSignificant(time_share * lifetime_h, 3)} h of ${lifetime_h} h${resource_share === 1 ? '' : ` × share ${formatSignificant(resource_share, 2)}`}`,
      ),
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
        quantity =>
          // From a cent or so on as prices are written.
          (quantity.value || quantity.high) >= 0.01
            ? formatQuantity(quantity, { unit: cost.currency, factor: 1 })
            : formatQuantity(quantity, { unit: `µ${cost.currency}`, factor: 1e6 }),
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
    ...(energy.losses ? [] : ['losses of power supply and board (psuEfficiency, boardShare)']),
    ...(preparation ? [] : ['preparation (preparationFactor)']),
    ...(water ? [] : ['water (wue, waterIntensity)']),
    ...(cost ? [] : ['cost (tariff)']),
  ]
  return missing.length > 0 ? `Not counted: ${missing.join(', ')}.` : undefined
}
