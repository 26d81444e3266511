import { writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tracker } from '@epochwatt/core'
import type { RunAdditions } from '../options.js'
import type { ModelArtifacts, ModelLike } from '../tensorflow.js'
import { messageOf } from '../warn.js'

/** In a run's folder. `tf.loadLayersModel` opens model.json. */
const SUMMARY_FILE = 'model_summary.txt'
const MODEL_FOLDER = 'model'
const MODEL_FILE = 'model.json'
const WEIGHTS_FILE = 'weights.bin'

const summaryOf = (model: ModelLike): string => {
  const lines: string[] = []
  model.summary?.(undefined, undefined, line => lines.push(line))
  return lines.length > 0 ? `${lines.join('\n')}\n` : ''
}

/** Weights come in one piece or, when they are large, in several. */
const weightPieces = ({ weightData }: ModelArtifacts): Uint8Array[] => {
  if (weightData === undefined) return []
  const buffers = Array.isArray(weightData)
    ? (weightData as readonly ArrayBuffer[])
    : [weightData as ArrayBuffer]
  return buffers.map(buffer => new Uint8Array(buffer))
}

/** The layers format of TensorFlow.js: topology and a manifest of the weights in JSON, the weights beside it. */
const writeModel = async (folder: string, artifacts: ModelArtifacts): Promise<void> => {
  const { weightData: _, weightSpecs = [], ...topology } = artifacts
  const manifest = [{ paths: [WEIGHTS_FILE], weights: weightSpecs }]
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, WEIGHTS_FILE), weightPieces(artifacts))
  await writeFile(join(folder, MODEL_FILE), JSON.stringify({ ...topology, weightsManifest: manifest }))
}

/** Puts the model's summary into the run's folder when training begins, and the trained model when it ends. */
export const modelFiles = (model: ModelLike, saveModel: boolean): Pick<RunAdditions, 'began' | 'ending'> => {
  let tracker: Tracker | undefined
  const fail = (code: string, what: string, error: unknown): void =>
    tracker?.warn(code, `${what} could not be saved: ${messageOf(error)}`)
  return {
    began: begun => {
      tracker = begun
      try {
        const summary = summaryOf(model)
        if (summary) writeFileSync(join(begun.directory, SUMMARY_FILE), summary)
      } catch (error) {
        fail('SUMMARY_NOT_SAVED', "the model's summary", error)
      }
    },
    ending: async () => {
      if (!saveModel || !tracker || !model.save) return
      const folder = join(tracker.directory, MODEL_FOLDER)
      try {
        await model.save({
          save: async artifacts => {
            await writeModel(folder, artifacts)
            return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
          },
        })
      } catch (error) {
        fail('MODEL_NOT_SAVED', 'the model', error)
      }
    },
  }
}
