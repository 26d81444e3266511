/** So many stretches of a second each: a short run has a curve, too. */
const SHORT_ONES = 30
const SHORT_NS = 1e9
/** With it a point is at most some seconds old when it leaves, and a week's run makes as many as MLflow's own monitor. */
const LONG_NS = 5e9

/** When the stretch of power with this number ends, nanoseconds since the run began. A pure function, so that a later process goes on in step. */
export const stretchEnd = (index: number, samplingIntervalMs: number): number => {
  const short = Math.max(SHORT_NS, samplingIntervalMs * 1e6)
  const long = Math.max(LONG_NS, samplingIntervalMs * 1e6)
  const count = index + 1
  return Math.min(count, SHORT_ONES) * short + Math.max(0, count - SHORT_ONES) * long
}
