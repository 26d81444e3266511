import { type MetricFamily, renderPrometheus } from './prometheus-text.js'

/** Told apart as Prometheus does it: by name and labels, whatever their order. */
const seriesOf = (name: string, labels: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])

/**
 * A page that is read time and again, in which no counter falls. A figure may be corrected downwards when better evidence
 * comes in, but to Prometheus a counter that falls has begun anew, and all of it is counted a second time
 * (https://prometheus.io/docs/concepts/metric_types/#counter): such a one stays where it was until the figure has caught up.
 *
 * @example
 * const tracker = startTracking()
 * const page = prometheusPage()
 * setInterval(() => console.log(page(runFamilies(tracker, tracker.figures()))), 15_000)
 */
export const prometheusPage = (): ((families: readonly MetricFamily[]) => string) => {
  let shown = new Map<string, number>()
  return families => {
    // Only what is on this page: runs come and go.
    const now = new Map<string, number>()
    const rising = ({ name, type, help, samples }: MetricFamily): MetricFamily => ({
      name,
      type,
      help,
      samples: samples.map(({ labels, value }) => {
        if (value === undefined) return { value }
        const series = seriesOf(name, labels)
        const held = Math.max(value, shown.get(series) ?? value)
        now.set(series, held)
        return { ...(labels && { labels }), value: held }
      }),
    })
    const text = renderPrometheus(
      families.map(family => (family.type === 'counter' ? rising(family) : family)),
    )
    shown = now
    return text
  }
}
