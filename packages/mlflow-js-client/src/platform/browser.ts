import { MlflowError } from '../errors/mlflow-error.js'
import type { AsyncScope, Platform } from './platform.js'

const noFiles = (): never => {
  throw new MlflowError(
    'CONFIGURATION',
    'A browser has no file system: pass a Blob, bytes or text instead of a path.',
  )
}

/**
 * Browsers cannot follow a value along asynchronous calls, so it stands until the function has settled: right for
 * functions that run one after the other or inside each other, not for several at a time.
 */
const createAsyncScope = <T>(): AsyncScope<T> => {
  let current: T | undefined
  return {
    current: () => current,
    run: (value, fn) => {
      const outer = current
      current = value
      const restore = (): void => {
        current = outer
      }
      let result: ReturnType<typeof fn>
      try {
        result = fn()
      } catch (error) {
        restore()
        throw error
      }
      if (result instanceof Promise) result.then(restore, restore)
      else restore()
      return result
    },
  }
}

export const browserPlatform: Platform = {
  environment: () => ({}),
  forgetVariable: () => {},
  readCredentialsFile: () => undefined,
  headers: {},
  createRequestId: undefined,
  tlsFetch: () => {
    throw new MlflowError(
      'CONFIGURATION',
      'A browser decides about certificates itself: unset MLFLOW_TRACKING_*_TLS and *_CERT_PATH.',
    )
  },
  embeddedFetch: undefined,
  openFile: noFiles,
  listFiles: noFiles,
  writeFile: noFiles,
  canStreamUploads: false,
  sourceTags: async () => ({
    'mlflow.source.type': 'LOCAL',
    // Without query and fragment, which may hold personal data.
    'mlflow.source.name':
      typeof location === 'undefined' ? 'browser' : `${location.origin}${location.pathname}`,
  }),
  createAsyncScope,
  // A page is given no time to send anything when it goes.
  beforeExit: () => () => {},
}
