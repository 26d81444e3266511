/** Maps data to pixels along one axis. */
export interface Axis {
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
  /** Tick labels with as many decimals as the step between ticks needs. */
  readonly label: (value: number) => string
}

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ that is at least `raw`. */
const niceStep = (raw: number): number => {
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 2.5, 5, 10].find(candidate => candidate * power >= raw * 0.999)
  return (step ?? 10) * power
}

/** Decimals that write a step without loss: 0 for 20, 1 for 2.5, 3 for 0.025. */
const decimalsOf = (step: number): number => {
  let decimals = 0
  while (decimals < 15 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > step * 1e-6)
    decimals++
  return decimals
}

/** From here on digits are counted rather than read. */
const LARGE = 1e7

const labelOf = (value: number, step: number): string => {
  if (Math.abs(value) < LARGE) return value.toFixed(decimalsOf(step))
  return value.toExponential(Math.max(1, Math.ceil(Math.log10(Math.abs(value) / step)))).replace('e+', 'e')
}

/**
 * A linear axis from `min` to `max` in data to `from` and to `to` in pixels, with about `count` ticks at round
 * numbers. A domain without width is widened so that a constant can be drawn.
 */
export const linearAxis = (
  domain: readonly [min: number, max: number],
  range: readonly [from: number, to: number],
  count: number,
): Axis => {
  const [min, max] = domain[0] === domain[1] ? [domain[0] - 0.5, domain[1] + 0.5] : domain
  const step = niceStep((max - min) / Math.max(1, count))
  const ticks: number[] = []
  for (let k = Math.ceil(min / step - 1e-9); k <= max / step + 1e-9; k++) ticks.push(k * step)
  return {
    at: value => range[0] + ((value - min) / (max - min)) * (range[1] - range[0]),
    ticks,
    label: value => labelOf(value, step),
  }
}
