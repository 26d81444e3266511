import type { ZodType } from 'zod'
import { MlflowError } from '../errors/mlflow-error.js'
import type { BodyName } from './schemas.js'

let loading: Promise<typeof import('./schemas.js')> | undefined

export const loadSchemas = (): Promise<typeof import('./schemas.js')> => {
  loading ??= import('./schemas.js')
  return loading
}

/** What is wrong with a value, in one line; `undefined` if nothing is. */
export const problemOf = (schema: ZodType, value: unknown): { message: string; cause: Error } | undefined => {
  const result = schema.safeParse(value)
  if (result.success) return undefined
  const message = result.error.issues
    .map(issue => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ')
  return { message, cause: result.error }
}

/**
 * The body, if the server will take all of it. Nothing is sent unchecked: what the server cannot parse it drops,
 * together with what follows, and answers 200.
 * @throws MlflowError `INVALID_PAYLOAD`
 */
export const checked = async <T>(name: BodyName, body: T): Promise<T> => {
  const { bodies } = await loadSchemas()
  const problem = problemOf(bodies[name], body)
  if (problem) {
    throw new MlflowError('INVALID_PAYLOAD', `${name}: ${problem.message}. Nothing was sent.`, {
      cause: problem.cause,
    })
  }
  return body
}
