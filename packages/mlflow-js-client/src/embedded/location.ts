import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MlflowError } from '../errors/mlflow-error.js'
import { refusal } from './refusal.js'

/** Where a store without a server keeps its things. */
export interface Location {
  /** Absolute. */
  readonly database: string
  /** What MLflow calls the artifact location of an experiment: an absolute path, on Windows a `file:` URL. */
  artifactLocation(experimentId: string): string
  /**
   * The folder that an artifact URI names.
   * @throws MlflowError `NOT_IMPLEMENTED` for one that is not on this machine
   */
  folderOf(artifactUri: string): string
}

/** Three slashes and a relative path, or four and an absolute one, as SQLAlchemy has it. */
const pattern = /^sqlite:\/\/\/([^?#]+)$/

export const locationOf = (trackingUri: string): Location => {
  const path = pattern.exec(trackingUri)?.[1]
  if (path === undefined) {
    throw new MlflowError(
      'CONFIGURATION',
      `The tracking URI "${trackingUri}" names no file; accepted: sqlite:///mlflow.db, or with an absolute path sqlite:////data/mlflow.db.`,
    )
  }
  const database = resolve(path)
  const folder = dirname(database)
  return {
    database,
    artifactLocation: experimentId => {
      const local = join(folder, 'mlruns', experimentId)
      return process.platform === 'win32' ? pathToFileURL(local).href : local
    },
    folderOf: artifactUri => {
      if (artifactUri.startsWith('file:')) return fileURLToPath(artifactUri)
      const proxied = /^mlflow-artifacts:\/+(?![^/]*:\d)(.*)$/.exec(artifactUri)?.[1]
      // An experiment that "mlflow server" made in this folder: that is where it keeps what it passes on.
      if (proxied !== undefined) return join(folder, 'mlartifacts', proxied)
      if (!/^[a-z][a-z0-9+.-]+:/i.test(artifactUri)) return resolve(folder, artifactUri)
      throw refusal(
        'NOT_IMPLEMENTED',
        `The artifacts of this run lie at "${artifactUri}", which needs a server: start "mlflow server" over ${database}.`,
      )
    },
  }
}
