import { type MetricPoint, metricFromWire } from '../entities/metric.js'
import { eachUnderstood } from '../entities/understood.js'
import { type Api, bodyOf } from '../http/api.js'
import { type Paged, paged } from '../paging/paged.js'
import { limits } from '../validation/limits.js'
import { checked } from '../validation/validate.js'

/** Which part of a history, and how many points of it. */
export interface SampledHistory {
  /** Both or neither; inclusive. */
  readonly startStep?: number
  readonly endStep?: number
  /** For each run, about; at most 2500. Default 320, as the charts of the UI ask for. */
  readonly maxPoints?: number
}

/** The points of metrics, over steps and time. Methods reject with an `MlflowError`. */
export interface Metrics {
  /** Every point of a metric of a run, in pages of 25 000. Nothing for a key that was never logged. */
  history(runId: string, key: string): Paged<MetricPoint>
  /** Every point of one metric of many runs; each has its `runId`. */
  historyOfRuns(runIds: readonly string[], key: string): Promise<MetricPoint[]>
  /** The same, thinned out by the server for drawing. */
  sampledHistory(runIds: readonly string[], key: string, options?: SampledHistory): Promise<MetricPoint[]>
}

const groupsOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )

export const createMetrics = (api: Api): Metrics => {
  /** Runs go a hundred to a request; one after the other, so as not to flood the server. */
  const forRuns = async (
    runIds: readonly string[],
    ask: (group: string[]) => Promise<readonly MetricPoint[]>,
  ): Promise<MetricPoint[]> => {
    const points: MetricPoint[] = []
    for (const runId of runIds) await checked('runById', { run_id: runId })
    for (const group of groupsOf(runIds, limits.historyRunsPerRequest)) {
      for (const point of await ask(group)) points.push(point)
    }
    return points
  }

  const history: Metrics['history'] = (runId, key) =>
    paged(async pageToken => {
      const query = {
        ...(await checked('runById', { run_id: runId })),
        metric_key: key,
        max_results: limits.historyPointsPerPage,
        ...(pageToken === undefined ? {} : { page_token: pageToken }),
      }
      const page = await bodyOf(api.GET('/api/2.0/mlflow/metrics/get-history', { params: { query } }))
      return { items: eachUnderstood(page.metrics, metricFromWire), nextPageToken: page.next_page_token }
    })

  return {
    history,

    historyOfRuns: (runIds, key) =>
      forRuns(runIds, async group => {
        const query = { run_id: group, metric_key: key, max_results: limits.historyPointsPerPage }
        const route = '/ajax-api/2.0/mlflow/metrics/get-history-bulk'
        const points = (await bodyOf(api.GET(route, { params: { query } }))).metrics ?? []
        // The route has no pages: what is beyond its limit is cut off without a word.
        if (points.length < limits.historyPointsPerPage) return eachUnderstood(points, metricFromWire)
        const all: MetricPoint[] = []
        for (const runId of group) {
          for await (const page of history(runId, key).pages()) {
            for (const point of page) all.push({ ...point, runId })
          }
        }
        return all
      }),

    sampledHistory: (runIds, key, { startStep, endStep, maxPoints = 320 } = {}) =>
      forRuns(runIds, async run_ids => {
        const query = {
          run_ids,
          metric_key: key,
          max_results: maxPoints,
          ...(startStep === undefined ? {} : { start_step: startStep }),
          ...(endStep === undefined ? {} : { end_step: endStep }),
        }
        const route = '/api/2.0/mlflow/metrics/get-history-bulk-interval'
        const { metrics } = await bodyOf(api.GET(route, { params: { query } }))
        return eachUnderstood(metrics, metricFromWire)
      }),
  }
}
