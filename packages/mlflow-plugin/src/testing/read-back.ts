import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PowerEvent, RunRecord, WindowEvent } from '@epochwatt/core'
import type { MetricInput, MlflowClient } from 'mlflow-js-client'
import { epochMetrics, powerMetrics, totalMetrics } from '../metrics.js'

type Stored = WindowEvent | PowerEvent | { readonly type: 'record'; readonly timeMs: number }
/** By key: `step timestamp value`, sorted. */
type Points = Readonly<Record<string, readonly string[]>>

const pointText = ({ step, timestamp, value }: MetricInput): string => `${step} ${timestamp} ${value}`

const grouped = (metrics: readonly MetricInput[]): Points => {
  const points: Record<string, string[]> = {}
  for (const metric of metrics) {
    points[metric.key] ??= []
    points[metric.key]!.push(pointText(metric))
  }
  for (const list of Object.values(points)) list.sort()
  return points
}

/** What a run's outbox says that MLflow must hold, each point once. */
export const expectedPoints = (directory: string): Points => {
  const record = JSON.parse(readFileSync(join(directory, 'record.json'), 'utf8')) as RunRecord
  const lines = readFileSync(join(directory, 'delivery', 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return grouped(
    lines.flatMap(line => {
      const event = JSON.parse(line) as Stored
      if (event.type === 'window') return epochMetrics(event, true)
      return event.type === 'power' ? powerMetrics(event) : totalMetrics(record, event.timeMs)
    }),
  )
}

/** What MLflow holds, as often as it holds it. */
export const storedPoints = async (client: MlflowClient, runId: string): Promise<Points> => {
  const { metrics } = (await client.runs.get(runId)).data
  const stored: MetricInput[] = []
  for (const key of Object.keys(metrics)) {
    for await (const { step, timestamp, value } of client.metrics.history(runId, key)) {
      stored.push({ key, step, timestamp, value })
    }
  }
  return grouped(stored)
}

/** The MLflow run of a tracked run. */
export const mlflowRunOf = async (client: MlflowClient, experiment: string) => {
  const found = await client.experiments.getByName(experiment)
  if (!found) throw new Error(`MLflow has no experiment ${experiment}`)
  const runs = await client.runs.search({ experimentIds: [found.experimentId], viewType: 'ALL' }).all()
  if (runs.length !== 1) throw new Error(`MLflow has ${runs.length} runs in ${experiment}`)
  return runs[0]!
}
