import { OWN_FILES_FOLDER, type Tracker } from '@epochwatt/core'
import type { RunAdditions } from '../options.js'
import type { ModelArtifacts, ModelLike } from '../tensorflow.js'
import { messageOf } from '../warn.js'
import { bestEpochs } from './best-epochs.js'

/** Looked up rather than imported, since pages load this module too; a run has no folder there. */
const node = () => ({
  ...process.getBuiltinModule('node:path'),
  ...process.getBuiltinModule('node:fs'),
})

const SUMMARY_FILE = 'model_summary.txt'
const MODEL_FOLDER = 'model'
const BEST_MODEL_FOLDER = 'best_model'
/** `tf.loadLayersModel` opens it. */
const MODEL_FILE = 'model.json'
const WEIGHTS_FILE = 'weights.bin'

/** Which models of a training are kept. */
export interface SavedModels {
  readonly final: boolean
  readonly best: boolean
}

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
  const { join, promises } = node()
  await promises.mkdir(folder, { recursive: true })
  await promises.writeFile(join(folder, WEIGHTS_FILE), weightPieces(artifacts))
  await promises.writeFile(
    join(folder, MODEL_FILE),
    JSON.stringify({ ...topology, weightsManifest: manifest }),
  )
}

/**
 * Puts the model's summary among the run's artifacts when training begins, the best model so far after each epoch, and
 * the trained model at the end.
 */
export const modelFiles = (
  model: ModelLike,
  saved: SavedModels,
): Pick<RunAdditions, 'began' | 'epochEnded' | 'ending'> => {
  let tracker: Tracker | undefined
  const isBest = bestEpochs()
  const fail = (code: string, what: string, error: unknown): void =>
    tracker?.warn(code, `${what} could not be saved: ${messageOf(error)}`)

  const save = async (name: string): Promise<void> => {
    if (!tracker || !model.save) return
    const folder = node().join(tracker.directory, OWN_FILES_FOLDER, name)
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
  }

  return {
    began: begun => {
      if (begun.directory === '') return
      tracker = begun
      try {
        const { join, mkdirSync, writeFileSync } = node()
        const folder = join(begun.directory, OWN_FILES_FOLDER)
        mkdirSync(folder, { recursive: true })
        const summary = summaryOf(model)
        if (summary) writeFileSync(join(folder, SUMMARY_FILE), summary)
      } catch (error) {
        fail('SUMMARY_NOT_SAVED', "the model's summary", error)
      }
    },
    epochEnded: async (epoch, metrics) => {
      if (!saved.best || !isBest(metrics)) return
      await save(BEST_MODEL_FOLDER)
      tracker?.setParams({ best_model_epoch: epoch })
    },
    ending: async () => {
      if (saved.final) await save(MODEL_FOLDER)
    },
  }
}
