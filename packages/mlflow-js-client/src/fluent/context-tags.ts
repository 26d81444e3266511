import { readText } from '../config/env-values.js'
import { MlflowError } from '../errors/mlflow-error.js'
import type { Environment, Platform } from '../platform/platform.js'

const fromRunContext = (env: Environment): Readonly<Record<string, string>> => {
  const text = readText(env, 'MLFLOW_RUN_CONTEXT')
  if (text === undefined) return {}
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]))
    }
  } catch {
    // Said below.
  }
  throw new MlflowError('CONFIGURATION', `MLFLOW_RUN_CONTEXT is "${text}"; accepted: a JSON object of tags.`)
}

/**
 * The tags by which a run looks at home in the UI. The user is the one known to the server already; the name of the
 * machine's account is nobody's business unless it is passed as the tag `mlflow.user`.
 */
export const contextTags = async (
  platform: Platform,
  env: Environment,
): Promise<Readonly<Record<string, string>>> => {
  const user = readText(env, 'MLFLOW_TRACKING_USERNAME')
  return {
    ...(await platform.sourceTags()),
    ...(user === undefined ? {} : { 'mlflow.user': user }),
    ...fromRunContext(env),
  }
}
