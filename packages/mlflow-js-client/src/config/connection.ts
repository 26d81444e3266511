import { MlflowError } from '../errors/mlflow-error.js'
import { defaultRetryPolicy, type RetryPolicy } from '../http/retry-policy.js'
import type { Fetch, SignRequest } from '../http/transport.js'
import type { Environment, Platform } from '../platform/platform.js'
import { authorizationOf, type CredentialOptions } from './credentials.js'
import { readBoolean, readNumber, readText } from './env-values.js'
import { parseTrackingUri } from './tracking-uri.js'

/**
 * Where the tracking server is, and how requests get there. What is absent is taken from the `MLFLOW_…`
 * variables.
 */
export interface ConnectionOptions extends CredentialOptions {
  /**
   * `http(s)://host[/prefix]`, `sqlite:///mlflow.db` for a file without a server (Node), or `databricks`.
   * Default: `MLFLOW_TRACKING_URI`, else in Node `sqlite:///mlflow.db`.
   */
  readonly trackingUri?: string
  /** Workspace of a server with `--enable-workspaces`. Default: `MLFLOW_WORKSPACE`. */
  readonly workspace?: string
  /** Further headers for each request to the tracking server. */
  readonly headers?: Readonly<Record<string, string>>
  /** Headers that depend on the request, such as an AWS signature or a token that expires. */
  readonly signRequest?: SignRequest
  /** Replaces the platform's `fetch`, for a proxy or a certificate store of your own. */
  readonly fetch?: Fetch
  readonly retry?: Partial<RetryPolicy>
  /** Longest reply that is read into memory; a longer one counts as a failure. Default: no limit. */
  readonly maxReplyBytes?: number
  /** Gives up everything that is under way or asked for later, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Replaces `process.env`; in a browser, a way to hand over the variables of a bundler. */
  readonly environment?: Environment
}

export interface Connection {
  /** As users know it. */
  readonly trackingUri: string
  /** Where requests go. */
  readonly baseUrl: string
  /** Answered from a database file. */
  readonly isEmbedded: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly policy: RetryPolicy
  readonly allowRedirects: boolean
  readonly fetch: Fetch
}

const policyOf = (given: Partial<RetryPolicy> = {}, env: Environment): RetryPolicy => {
  const fromEnvironment: { readonly [K in keyof RetryPolicy]: RetryPolicy[K] | undefined } = {
    timeoutSeconds: readNumber(env, 'MLFLOW_HTTP_REQUEST_TIMEOUT', 0.001, 86_400),
    maxRetries: readNumber(env, 'MLFLOW_HTTP_REQUEST_MAX_RETRIES', 0, 10),
    backoffFactor: readNumber(env, 'MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR', 0, 120),
    backoffJitter: readNumber(env, 'MLFLOW_HTTP_REQUEST_BACKOFF_JITTER', 0, 120),
    respectRetryAfter: readBoolean(env, 'MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER'),
  }
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'number' && !(value >= 0 && value <= 86_400)) {
      throw new MlflowError(
        'CONFIGURATION',
        `Option "retry.${name}" is ${value}; accepted: a number from 0 to 86400.`,
      )
    }
  }
  return {
    timeoutSeconds:
      given.timeoutSeconds ?? fromEnvironment.timeoutSeconds ?? defaultRetryPolicy.timeoutSeconds,
    maxRetries: given.maxRetries ?? fromEnvironment.maxRetries ?? defaultRetryPolicy.maxRetries,
    backoffFactor: given.backoffFactor ?? fromEnvironment.backoffFactor ?? defaultRetryPolicy.backoffFactor,
    backoffJitter: given.backoffJitter ?? fromEnvironment.backoffJitter ?? defaultRetryPolicy.backoffJitter,
    respectRetryAfter:
      given.respectRetryAfter ?? fromEnvironment.respectRetryAfter ?? defaultRetryPolicy.respectRetryAfter,
  }
}

/** Schemes that only a hook can provide: to go on without them would end in a 403 that explains nothing. */
const refuseUnsigned = (options: ConnectionOptions, env: Environment): void => {
  if (options.signRequest || options.headers) return
  const variable = readBoolean(env, 'MLFLOW_TRACKING_AWS_SIGV4')
    ? 'MLFLOW_TRACKING_AWS_SIGV4'
    : readText(env, 'MLFLOW_TRACKING_AUTH') && 'MLFLOW_TRACKING_AUTH'
  if (!variable) return
  throw new MlflowError(
    'CONFIGURATION',
    `${variable} is set, which this client does not do by itself: pass the option "signRequest", which returns the headers for a request.`,
  )
}

const fetchOf = (options: ConnectionOptions, env: Environment, platform: Platform): Fetch => {
  if (options.fetch) return options.fetch
  const isInsecure = readBoolean(env, 'MLFLOW_TRACKING_INSECURE_TLS') ?? false
  const serverCertPath = readText(env, 'MLFLOW_TRACKING_SERVER_CERT_PATH')
  const clientCertPath = readText(env, 'MLFLOW_TRACKING_CLIENT_CERT_PATH')
  if (isInsecure && serverCertPath) {
    throw new MlflowError(
      'CONFIGURATION',
      'MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH exclude each other; set one.',
    )
  }
  if (isInsecure || serverCertPath || clientCertPath) {
    return platform.tlsFetch({ isInsecure, serverCertPath, clientCertPath })
  }
  // Looked up at each call, so that one that is replaced later (a mock, an instrumentation) is used.
  return (url, init) => globalThis.fetch(url, init)
}

/**
 * How to reach the tracking server: option, else environment, else credentials file, else default.
 * @throws MlflowError `CONFIGURATION`, which names the option or variable, its value and what is accepted.
 */
export const resolveConnection = (options: ConnectionOptions, platform: Platform): Connection => {
  const env = options.environment ?? platform.environment()
  const server = parseTrackingUri(options.trackingUri, env, platform.embeddedFetch !== undefined)
  refuseUnsigned(options, env)
  const authorization = authorizationOf(
    {
      username: options.username ?? server.username,
      password: options.password ?? server.password,
      token: options.token ?? server.token,
    },
    env,
    platform.readCredentialsFile,
  )
  const workspace = options.workspace ?? readText(env, 'MLFLOW_WORKSPACE')
  return {
    trackingUri: server.databaseUri ?? server.baseUrl,
    baseUrl: server.baseUrl,
    isEmbedded: server.databaseUri !== undefined,
    headers: {
      ...platform.headers,
      ...(authorization === undefined ? {} : { authorization }),
      ...(workspace === undefined ? {} : { 'x-mlflow-workspace': workspace }),
      ...options.headers,
    },
    policy: policyOf(options.retry, env),
    allowRedirects: readBoolean(env, 'MLFLOW_ALLOW_HTTP_REDIRECTS') ?? true,
    fetch:
      server.databaseUri === undefined
        ? fetchOf(options, env, platform)
        : platform.embeddedFetch!(server.databaseUri),
  }
}
