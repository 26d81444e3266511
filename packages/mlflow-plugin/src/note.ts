import type { Quantity, RunRecord } from '@epochwatt/core'

const BEGIN = '<!-- epochwatt -->'
const END = '<!-- /epochwatt -->'

/** MLflow cuts longer descriptions. */
const MOST_CHARACTERS = 8000

const figure = (quantity: Quantity | undefined): string =>
  quantity
    ? `**${Number(quantity.value.toPrecision(3))} ${quantity.unit}** (${Number(quantity.low.toPrecision(2))} – ${Number(quantity.high.toPrecision(2))}, ${quantity.tier})`
    : 'unknown'

/** Two lines for the run's description. */
const summary = ({ energy, carbon, grid }: RunRecord): string =>
  [
    `Energy ${figure(energy.total_kwh)}, operational carbon ${figure(carbon.operational_g)}.`,
    `Grid: ${grid.zone}${grid.fallback ? ' (the place is unknown: world average)' : ''}, ${grid.source}. Details: artifact \`energy/report.html\`.`,
  ].join('\n\n')

/** The run's description with our part in it, between marks; whatever else stands there is left as it is. */
export const withSummary = (note: string | undefined, record: RunRecord): string => {
  const part = `${BEGIN}\n${summary(record)}\n${END}`
  if (!note) return part
  const from = note.indexOf(BEGIN)
  const to = note.indexOf(END)
  const whole =
    from >= 0 && to > from ? note.slice(0, from) + part + note.slice(to + END.length) : `${note}\n\n${part}`
  // Somebody's long description is worth more than our summary.
  return whole.length > MOST_CHARACTERS ? note : whole
}
