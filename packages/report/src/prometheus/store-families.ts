import { JOULES_PER_KWH, type Quantity, type RunRecord } from '@epochwatt/core'
import type { RunDigest } from '../reading/run-digest.js'
import type { MetricFamily, MetricSample } from './prometheus-text.js'

type Labels = Readonly<Record<string, string>>

/** Tags of one's own choosing become labels: `team` is `tag_team`, as Prometheus allows names. */
const tagLabels = (tags: Labels): Labels =>
  Object.fromEntries(Object.entries(tags).map(([name, text]) => [`tag_${name.replace(/\W/g, '_')}`, text]))

const liveLabels = ({ id, name, project, tags }: RunRecord): Labels => ({
  ...tagLabels(tags),
  project,
  run: id,
  name,
})

const scaled = (figure: Quantity | undefined, bound: 'value' | 'low' | 'high', factor = 1) =>
  figure && figure[bound] * factor

const lastPower = ({ power }: RunRecord): number | undefined => power.mean_w.at(-1) ?? undefined

/** Sums of finished runs by project; runs whose figure is unknown add nothing. */
const byProject = (
  runs: readonly RunDigest[],
  figureOf: (run: RunDigest) => number | undefined,
): MetricSample[] => {
  const sums = new Map<string, number>()
  for (const run of runs) {
    const figure = figureOf(run)
    if (figure !== undefined) sums.set(run.project, (sums.get(run.project) ?? 0) + figure)
  }
  return [...sums].map(([project, value]) => ({ labels: { project }, value }))
}

const byStatus = (runs: readonly RunDigest[]): MetricSample[] => {
  const counts = new Map<string, { project: string; status: string; value: number }>()
  for (const { project, status } of runs) {
    const key = JSON.stringify([project, status])
    const { value } = counts.get(key) ?? { value: 0 }
    counts.set(key, { project, status, value: value + 1 })
  }
  return [...counts.values()].map(({ value, ...labels }) => ({ labels, value }))
}

/**
 * What a run store holds, for a dashboard over many machines: each run that goes on by itself, finished ones summed by
 * project, so that the number of series does not grow with every run.
 *
 * @param live Records so far of the runs that go on.
 * @example
 * prometheusPage()(storeFamilies(digests, []))
 */
export const storeFamilies = (
  finished: readonly RunDigest[],
  live: readonly RunRecord[],
): readonly MetricFamily[] => {
  const perRun = (
    name: string,
    type: MetricFamily['type'],
    help: string,
    figureOf: (record: RunRecord) => number | undefined,
  ): MetricFamily => ({
    name: `epochwatt_run_${name}`,
    type,
    help,
    samples: live.map(record => ({ labels: liveLabels(record), value: figureOf(record) })),
  })
  const energy = ({ energy }: RunRecord) => energy.total_kwh
  return [
    perRun('power_watts', 'gauge', 'Power of a run that goes on, as it was last read.', lastPower),
    perRun('energy_joules_total', 'counter', 'Energy attributed to the run so far.', record =>
      scaled(energy(record), 'value', JOULES_PER_KWH),
    ),
    perRun('energy_low_joules', 'gauge', 'Low end of its 90 % interval.', record =>
      scaled(energy(record), 'low', JOULES_PER_KWH),
    ),
    perRun('energy_high_joules', 'gauge', 'High end of its 90 % interval.', record =>
      scaled(energy(record), 'high', JOULES_PER_KWH),
    ),
    perRun('carbon_grams_total', 'counter', 'Operational carbon of the run so far, gCO2e.', ({ carbon }) =>
      scaled(carbon.operational_g, 'value'),
    ),
    perRun('duration_seconds', 'gauge', 'Time since the run began.', ({ duration_s }) => duration_s),
    {
      name: 'epochwatt_project_energy_joules_total',
      type: 'counter',
      help: 'Energy of the finished runs of a project.',
      samples: byProject(finished, ({ energy }) => scaled(energy.total_kwh, 'value', JOULES_PER_KWH)),
    },
    {
      name: 'epochwatt_project_carbon_grams_total',
      type: 'counter',
      help: 'Operational carbon of the finished runs of a project, gCO2e.',
      samples: byProject(finished, ({ carbon }) => scaled(carbon.operational_g, 'value')),
    },
    {
      name: 'epochwatt_project_wasted_joules_total',
      type: 'counter',
      help: 'Energy of the runs of a project that failed or were killed.',
      samples: byProject(finished, ({ status, energy }) =>
        status === 'failed' || status === 'killed'
          ? scaled(energy.total_kwh, 'value', JOULES_PER_KWH)
          : undefined,
      ),
    },
    {
      name: 'epochwatt_project_runs_total',
      type: 'counter',
      help: 'Finished runs of a project by how they ended.',
      samples: byStatus(finished),
    },
  ]
}
