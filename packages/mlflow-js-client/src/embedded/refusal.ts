import { MlflowError } from '../errors/mlflow-error.js'

const statusOf = {
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const

/** An answer that a server would give instead of what was asked for. */
export const refusal = (errorCode: keyof typeof statusOf, message: string, cause?: unknown): MlflowError =>
  new MlflowError(errorCode, message, { status: statusOf[errorCode], cause })
