import { MlflowError } from '../errors/mlflow-error.js'
import type { Environment } from '../platform/platform.js'
import { readText } from './env-values.js'

export interface TrackingServer {
  /** Absolute, without credentials and without a slash at the end. */
  readonly baseUrl: string
  /** The database that stands for a server: a URI such as `sqlite:///mlflow.db`. */
  readonly databaseUri?: string
  /** From `http://user:password@host`, which fetch refuses. */
  readonly username?: string
  readonly password?: string
  /** Of a Databricks workspace. */
  readonly token?: string
}

/** As MLflow itself has it: a file in the working directory. */
const defaultDatabase = 'sqlite:///mlflow.db'

/** Never asked: what is sent there is answered from the database. */
const embeddedBaseUrl = 'http://embedded.invalid'

const example = 'for example "http://127.0.0.1:5000"'

const databricks = (env: Environment): TrackingServer => {
  const host = readText(env, 'DATABRICKS_HOST')
  const token = readText(env, 'DATABRICKS_TOKEN')
  if (!host || !token) {
    throw new MlflowError(
      'CONFIGURATION',
      'The tracking URI "databricks" needs DATABRICKS_HOST and DATABRICKS_TOKEN in the environment.',
    )
  }
  return { baseUrl: host.replace(/\/+$/, ''), token }
}

const refusal = (uri: string): string => {
  const scheme = /^([a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase()
  if (scheme === 'databricks')
    return 'profiles of the Databricks command line are not read; use "databricks" with DATABRICKS_HOST and DATABRICKS_TOKEN'
  if (scheme === 'file' || scheme === undefined)
    return 'a folder is not a server; start one over it with "mlflow server"'
  return `"${scheme}:" is not spoken; start a server over that store with "mlflow server --backend-store-uri"`
}

/**
 * The server that a tracking URI names, or the database file that stands for one.
 * @param canEmbed whether there are files here: a database is the default then
 * @throws MlflowError `CONFIGURATION` for anything but http(s), `sqlite:` and `databricks`.
 */
export const parseTrackingUri = (
  given: string | undefined,
  env: Environment,
  canEmbed: boolean,
): TrackingServer => {
  const uri = given ?? readText(env, 'MLFLOW_TRACKING_URI') ?? (canEmbed ? defaultDatabase : undefined)
  if (uri === undefined) {
    throw new MlflowError(
      'CONFIGURATION',
      `No tracking server: pass the option "trackingUri" or set MLFLOW_TRACKING_URI, ${example}.`,
    )
  }
  if (uri === 'databricks') return databricks(env)
  if (canEmbed && uri.startsWith('sqlite:///')) return { baseUrl: embeddedBaseUrl, databaseUri: uri }
  // On a page, "/mlflow" means a server behind the same origin.
  const base = typeof location === 'undefined' ? undefined : location.href
  const isWeb = /^https?:\/\//i.test(uri) || (uri.startsWith('/') && base?.startsWith('http'))
  if (!isWeb || !URL.canParse(uri, base)) {
    throw new MlflowError(
      'CONFIGURATION',
      `The tracking URI "${withoutCredentials(uri)}" is not usable: ${refusal(uri)}. Accepted: http(s), ${example}, ${canEmbed ? '"sqlite:///mlflow.db" for a file without a server, ' : ''}or "databricks".`,
    )
  }
  const url = new URL(uri, base)
  const { username, password } = url
  return {
    baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  }
}

/** Passwords may hold an @ or a slash of their own, and a query a password. */
const withoutCredentials = (uri: string): string => uri.replace(/\/\/.*@/, '//***@').replace(/\?.*$/, '?***')
