/** One number of a family. */
export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>
  /** Unknown figures are left out: a 0 would be a claim. */
  readonly value: number | undefined
}

/** Numbers of one meaning, under one name. */
export interface MetricFamily {
  /** With its unit, and `_total` for what only grows, e.g. `epochwatt_run_energy_joules_total`. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly MetricSample[]
}

/** What a page in this format calls itself. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

/** Labels as they stand behind a name; with it they tell series apart. */
export const labelsText = (labels: Readonly<Record<string, string>> = {}): string => {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  )
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'

/**
 * Families as Prometheus reads them (text format 0.0.4), one without samples left out.
 *
 * @example
 * renderPrometheus([{ name: 'up', help: 'Is up.', type: 'gauge', samples: [{ value: 1 }] }])
 */
export const renderPrometheus = (families: readonly MetricFamily[]): string =>
  families
    .map(family => ({ ...family, samples: family.samples.filter(({ value }) => value !== undefined) }))
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${numberText(value!)}\n`)
      return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
