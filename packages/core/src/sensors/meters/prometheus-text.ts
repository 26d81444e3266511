/** Which samples of a page are meant. A label's value is a text or a pattern that must match all of it. */
export interface MetricSelector {
  readonly metric: string
  readonly labels?: Readonly<Record<string, string | RegExp>>
  /** Of samples that agree in this label only the first counts. */
  readonly oncePer?: string
}

interface SelectedSamples {
  readonly sum: number
  readonly count: number
}

/** `name{a="1",b="2"} 3.4 1690000000000`: the timestamp is optional, values may be exponential. */
const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+([+-]?[\d.eE+-]+|NaN|[+-]?Inf)(?:\s+-?\d+)?\s*$/
const LABEL = /([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/y

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))

const labelsOf = (text: string): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>()
  LABEL.lastIndex = 0
  for (let match = LABEL.exec(text); match; match = LABEL.exec(text))
    labels.set(match[1]!, unescaped(match[2]!))
  return labels
}

const matches = (
  labels: ReadonlyMap<string, string>,
  wanted: NonNullable<MetricSelector['labels']>,
): boolean =>
  Object.entries(wanted).every(([name, value]) => {
    const found = labels.get(name)
    if (found === undefined) return false
    return typeof value === 'string' ? found === value : value.test(found)
  })

/**
 * Adds the samples of a Prometheus text page that a selector means (text format 0.0.4 and OpenMetrics). A value that is
 * no number makes the sum NaN.
 */
export const selectSamples = (
  page: string,
  { metric, labels: wanted = {}, oncePer }: MetricSelector,
): SelectedSamples => {
  let sum = 0
  let count = 0
  const seen = new Set<string>()
  for (const line of page.split('\n')) {
    if (!line.startsWith(metric)) continue
    const [, name, inside = '', value] = SAMPLE.exec(line) ?? []
    if (name !== metric) continue
    const labels = labelsOf(inside)
    const identity = oncePer === undefined ? undefined : labels.get(oncePer)
    if (!matches(labels, wanted) || (identity !== undefined && seen.has(identity))) continue
    if (identity !== undefined) seen.add(identity)
    sum += Number(value)
    count++
  }
  return { sum, count }
}
