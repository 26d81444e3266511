/** What the server takes at most (mlflow/utils/validation.py); beyond it the server refuses, or cuts with 200. */
export const limits = {
  metricsPerBatch: 1000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  itemsPerBatch: 1000,
  /** Documented as 1 MB; only some servers enforce it. */
  bytesPerBatch: 900_000,
  keyLength: 250,
  paramValueLength: 6000,
  tagValueLength: 8000,
  experimentNameLength: 500,
  experimentTagValueLength: 20_000,
  datasetNameLength: 500,
  datasetDigestLength: 36,
  datasetSchemaLength: 1_048_575,
  datasetSourceLength: 65_535,
  datasetProfileLength: 16_777_215,
  inputTagKeyLength: 255,
  inputTagValueLength: 500,
  historyRunsPerRequest: 100,
  historyPointsPerPage: 25_000,
  historySampledPoints: 2500,
  runsPerPage: 50_000,
  experimentsPerPage: 50_000,
  loggedModelsPerPage: 100,
} as const

/** The server counts characters as Python does: code points, not UTF-16 units. */
const lengthOf = (text: string): number => {
  let length = 0
  for (const _ of text) length += 1
  return length
}

export const isLongerThan = (text: string, limit: number): boolean =>
  text.length > limit && lengthOf(text) > limit

/** The first `limit` code points. */
export const cut = (text: string, limit: number): string =>
  isLongerThan(text, limit) ? [...text].slice(0, limit).join('') : text
