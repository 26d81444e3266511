import { MlflowError } from '../errors/mlflow-error.js'

/** Reads a part of a reply. What answers may be another server, or another version, and its JSON anything. */
export const understood =
  <W, T>(read: (wire: W) => T): ((wire: W) => T) =>
  wire => {
    try {
      return read(wire)
    } catch (cause) {
      if (cause instanceof MlflowError) throw cause
      throw new MlflowError(
        'INVALID_RESPONSE',
        'The reply is JSON, but not what an MLflow server answers here. Check that the tracking URI is that of an MLflow server, and which version it has.',
        { cause },
      )
    }
  }

/** All of a list, which is absent where it would be empty. */
export const eachUnderstood = <W, T>(list: readonly W[] | undefined, read: (wire: W) => T): T[] =>
  understood((items: readonly W[]) => items.map(item => read(item)))(list ?? [])
