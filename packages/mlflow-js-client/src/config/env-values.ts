import { MlflowError } from '../errors/mlflow-error.js'
import type { Environment } from '../platform/platform.js'

/** An empty variable counts as unset. */
export const readText = (env: Environment, name: string): string | undefined => env[name] || undefined

export const readNumber = (env: Environment, name: string, min: number, max: number): number | undefined => {
  const text = readText(env, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value >= min && value <= max)) {
    throw new MlflowError('CONFIGURATION', `${name} is "${text}"; accepted: a number from ${min} to ${max}.`)
  }
  return value
}

/** The spellings that MLflow's Python client accepts. */
export const readBoolean = (env: Environment, name: string): boolean | undefined => {
  const text = readText(env, name)?.toLowerCase()
  if (text === undefined) return undefined
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw new MlflowError('CONFIGURATION', `${name} is "${text}"; accepted: true, false, 1, 0.`)
}
