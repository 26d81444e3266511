import { labelsText, type MetricFamily, renderPrometheus } from './prometheus-text.js'

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
    const rising = (family: MetricFamily): MetricFamily => ({
      ...family,
      samples: family.samples.map(sample => {
        if (sample.value === undefined) return sample
        const series = family.name + labelsText(sample.labels)
        const value = Math.max(sample.value, shown.get(series) ?? sample.value)
        now.set(series, value)
        return { ...sample, value }
      }),
    })
    const text = renderPrometheus(
      families.map(family => (family.type === 'counter' ? rising(family) : family)),
    )
    shown = now
    return text
  }
}
