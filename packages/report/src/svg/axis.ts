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

const decimalsOf = (step: number): number => {
  const text = step.toPrecision(12)
  return Math.min(10, Number(text).toString().split('.')[1]?.length ?? 0)
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
  const decimals = decimalsOf(step)
  const ticks: number[] = []
  for (let k = Math.ceil(min / step - 1e-9); k * step <= max + step * 1e-9; k++) ticks.push(k * step)
  return {
    at: value => range[0] + ((value - min) / (max - min)) * (range[1] - range[0]),
    ticks,
    label: value => (Math.abs(value) >= 1e7 ? value.toExponential(1) : value.toFixed(decimals)),
  }
}
