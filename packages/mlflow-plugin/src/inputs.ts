import { createHash } from 'node:crypto'
import type { RunRecord } from '@epochwatt/core'
import type { LogInputs } from 'mlflow-js-client'

/** MLflow takes no longer digests. */
const DIGEST_CHARACTERS = 36

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === '' ? undefined : String(value)

/**
 * Links to the data and the model, where the run's params name them: `dataset` (with `dataset_digest`,
 * `dataset_source` and `samples`) and `mlflow_model_id`. Undefined where they do not.
 */
export const runInputs = ({ params }: RunRecord): LogInputs | undefined => {
  const name = textOf(params.dataset)
  const modelId = textOf(params.mlflow_model_id)
  if (name === undefined && modelId === undefined) return undefined
  const source = textOf(params.dataset_source)
  const rows = params.samples
  const digest =
    textOf(params.dataset_digest) ??
    createHash('sha256')
      .update(JSON.stringify([name, source, rows]))
      .digest('hex')
      .slice(0, 8)
  return {
    ...(name !== undefined && {
      datasets: [
        {
          context: 'training',
          dataset: {
            name,
            digest: digest.slice(0, DIGEST_CHARACTERS),
            sourceType: source?.split(':')[0]?.match(/^[a-z][a-z0-9+.-]*$/)?.[0] ?? 'local',
            source: JSON.stringify({ uri: source ?? name }),
            ...(typeof rows === 'number' && { profile: JSON.stringify({ num_rows: rows }) }),
          },
        },
      ],
    }),
    ...(modelId !== undefined && { modelIds: [modelId] }),
  }
}
