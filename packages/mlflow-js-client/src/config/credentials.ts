import { MlflowError } from '../errors/mlflow-error.js'
import type { Environment } from '../platform/platform.js'
import { readText } from './env-values.js'
import { parseIni } from './ini.js'

export interface CredentialOptions {
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
}

const basic = (username: string, password: string): string => {
  const bytes = new TextEncoder().encode(`${username}:${password}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}

const bearer = (token: string, source: string): string => {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new MlflowError(
      'CONFIGURATION',
      `${source} holds a space, a line break or a character outside ASCII; a token has none.`,
    )
  }
  return `Bearer ${token}`
}

/**
 * The `Authorization` header. Options go before the environment, which goes before the credentials file. Where user,
 * password and token are all set, user and password win: that is what MLflow's Python client does, though its
 * documentation says otherwise.
 */
export const authorizationOf = (
  options: CredentialOptions,
  env: Environment,
  readCredentialsFile: () => string | undefined,
): string | undefined => {
  if (options.username !== undefined && options.password !== undefined) {
    return basic(options.username, options.password)
  }
  if (options.token !== undefined) return bearer(options.token, 'The option "token"')
  let username = options.username ?? readText(env, 'MLFLOW_TRACKING_USERNAME')
  let password = options.password ?? readText(env, 'MLFLOW_TRACKING_PASSWORD')
  if (username === undefined || password === undefined) {
    const stored = parseIni(readCredentialsFile() ?? '').get('mlflow')
    username ??= stored?.get('mlflow_tracking_username')
    password ??= stored?.get('mlflow_tracking_password')
  }
  if (username && password) return basic(username, password)
  const token = readText(env, 'MLFLOW_TRACKING_TOKEN')
  return token === undefined ? undefined : bearer(token, 'MLFLOW_TRACKING_TOKEN')
}
