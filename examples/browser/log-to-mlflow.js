import { recordFile } from '@epochwatt/core/browser'
import { createMlflowClient } from 'mlflow-js-client'

/** A figure and its bounds under one name; nothing where it is unknown. */
const figure = (key, quantity) =>
  quantity
    ? [
        { key, value: quantity.value },
        { key: `${key}_low`, value: quantity.low },
        { key: `${key}_high`, value: quantity.high },
      ]
    : []

/**
 * Sends a run to an MLflow server. The server must allow this page's origin:
 * mlflow server --cors-allowed-origins https://example.org
 */
export const logToMlflow = async (trackingUri, record) => {
  const client = createMlflowClient({ trackingUri })
  const { experimentId } = await client.experiments.getOrCreate({ name: record.project })
  const { info } = await client.runs.create({
    experimentId,
    runName: record.name,
    startTime: Date.parse(record.started_at),
  })
  await client.runs.logParams(info.runId, record.params)
  const epochs = record.epochs.flatMap(({ index, energy_kwh, carbon_g, metrics }) =>
    [
      ...Object.entries(metrics).map(([key, value]) => ({ key, value })),
      ...figure('energy/epoch_kwh', energy_kwh),
      ...figure('carbon/epoch_g', carbon_g),
    ].map(metric => ({ ...metric, step: index })),
  )
  const totals = [
    ...figure('energy/total_kwh', record.energy.total_kwh),
    ...figure('carbon/total_g', record.carbon.total_g),
  ]
  await client.runs.logBatch(info.runId, { metrics: [...epochs, ...totals] })
  await client.artifacts.upload(info.runId, 'energy/record.json', recordFile(record))
  await client.runs.end(info.runId)
  return info.runId
}
