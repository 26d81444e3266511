// What examples in the documentation speak of without making it.

/** A training of the user's. */
declare const train: () => Promise<void>
declare const tf: typeof import('@tensorflow/tfjs')
declare const model: import('@tensorflow/tfjs').LayersModel
declare const x: import('@tensorflow/tfjs').Tensor
declare const y: import('@tensorflow/tfjs').Tensor

declare const tracker: import('@epochwatt/core').Tracker
declare const record: import('@epochwatt/core').RunRecord
declare const records: readonly import('@epochwatt/core').RunRecord[]
declare const events: readonly import('@epochwatt/core').RunEvent[]
declare const digests: readonly import('@epochwatt/report').RunDigest[]
declare const course: import('@epochwatt/core/planning').IntensityCourse
declare const run: import('@epochwatt/core/import').ForeignRun
declare const client: import('mlflow-js-client').MlflowClient

declare const readFileSync: typeof import('node:fs').readFileSync
declare const writeFileSync: typeof import('node:fs').writeFileSync
declare const readPlant: () => Promise<number>
declare const button: HTMLButtonElement
declare const it: typeof import('vitest').it
