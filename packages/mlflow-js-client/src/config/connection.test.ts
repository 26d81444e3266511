import { describe, expect, it } from 'vitest'
import type { MlflowError } from '../errors/mlflow-error.js'
import { defaultRetryPolicy } from '../http/retry-policy.js'
import { browserPlatform } from '../platform/browser.js'
import { nodePlatform } from '../platform/node.js'
import type { Environment } from '../platform/platform.js'
import { type ConnectionOptions, resolveConnection } from './connection.js'

const uri = 'http://tracker:5000'

const resolve = (options: ConnectionOptions, env: Environment = {}, credentialsFile?: string) =>
  resolveConnection(
    { environment: env, ...options },
    { ...nodePlatform, readCredentialsFile: () => credentialsFile },
  )

const refusal = (options: ConnectionOptions, env?: Environment): MlflowError => {
  try {
    resolve(options, env)
  } catch (error) {
    return error as MlflowError
  }
  throw new Error('was accepted')
}

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

describe('the tracking URI', () => {
  it('is the option, else MLFLOW_TRACKING_URI', () => {
    const env = { MLFLOW_TRACKING_URI: 'https://env/prefix/' }
    expect(resolve({ trackingUri: uri }, env).trackingUri).toBe(uri)
    expect(resolve({}, env).trackingUri).toBe('https://env/prefix')
  })

  it('is a database in the working directory where there are files, and has to be given elsewhere', () => {
    expect(resolve({})).toMatchObject({ trackingUri: 'sqlite:///mlflow.db', isEmbedded: true })
    const inBrowser = () => resolveConnection({ environment: {} }, browserPlatform)
    expect(inBrowser).toThrow(/trackingUri.*MLFLOW_TRACKING_URI/)
    expect(() => resolveConnection({ trackingUri: 'sqlite:///mlflow.db' }, browserPlatform)).toThrow(
      '"sqlite:" is not spoken',
    )
  })

  it.each([
    'file:///tmp/mlruns',
    './mlruns',
    'sqlite://mlflow.db',
    'mysql://host/db',
    'databricks://profile',
    'http://',
    '/mlflow',
  ])('cannot be %s', trackingUri => {
    const error = refusal({ trackingUri })
    expect(error.errorCode).toBe('CONFIGURATION')
    expect(error.message).toContain(trackingUri)
    expect(error.message).toContain('Accepted: http(s)')
  })

  it('may hold user and password, which go into the header and into nothing else', () => {
    const connection = resolve({ trackingUri: 'http://me:p%40ss@tracker:5000/x' })
    expect(connection.trackingUri).toBe('http://tracker:5000/x')
    expect(connection.headers.authorization).toBe(basic('me:p@ss'))
    expect(refusal({ trackingUri: 'ftp://me:secret@tracker' }).message).not.toContain('secret')
  })

  it('may be "databricks", with host and token from the environment', () => {
    const env = { DATABRICKS_HOST: 'https://dbc.example/', DATABRICKS_TOKEN: 'dapi1' }
    const connection = resolve({ trackingUri: 'databricks' }, env)
    expect(connection.trackingUri).toBe('https://dbc.example')
    expect(connection.headers.authorization).toBe('Bearer dapi1')
    expect(refusal({ trackingUri: 'databricks' }).message).toContain('DATABRICKS_TOKEN')
  })
})

describe('credentials', () => {
  const file = '[mlflow]\nmlflow_tracking_username = filed\nmlflow_tracking_password = p=1\n'
  const userAndPassword = { MLFLOW_TRACKING_USERNAME: 'ü', MLFLOW_TRACKING_PASSWORD: 'pw' }
  const authorization = (options: ConnectionOptions, env?: Environment, credentialsFile?: string) =>
    resolve({ trackingUri: uri, ...options }, env, credentialsFile).headers.authorization

  it('are none unless given', () => {
    expect(authorization({})).toBeUndefined()
  })

  it('are those of the environment before those of the file', () => {
    expect(authorization({}, userAndPassword, file)).toBe(basic('ü:pw'))
    expect(authorization({}, {}, file)).toBe(basic('filed:p=1'))
    expect(authorization({}, { MLFLOW_TRACKING_USERNAME: 'other' }, file)).toBe(basic('other:p=1'))
  })

  it('are user and password before a token, as in the Python client', () => {
    expect(authorization({}, { ...userAndPassword, MLFLOW_TRACKING_TOKEN: 't' })).toBe(basic('ü:pw'))
    expect(authorization({}, { MLFLOW_TRACKING_TOKEN: 't' })).toBe('Bearer t')
  })

  it('are the options before anything else', () => {
    expect(authorization({ token: 'mine' }, userAndPassword, file)).toBe('Bearer mine')
    expect(authorization({ username: 'a', password: 'b' }, userAndPassword)).toBe(basic('a:b'))
    expect(authorization({ headers: { authorization: 'Custom' } }, userAndPassword)).toBe('Custom')
  })

  it('cannot be a token that a header cannot hold', () => {
    const error = refusal({ trackingUri: uri }, { MLFLOW_TRACKING_TOKEN: 'se cret\n' })
    expect(error.message).toContain('MLFLOW_TRACKING_TOKEN')
    expect(error.message).not.toContain('se cret')
  })
})

describe('the other settings', () => {
  it('are the defaults of the Python client', () => {
    expect(resolve({ trackingUri: uri }).policy).toEqual(defaultRetryPolicy)
  })

  it('come from options, then from the environment', () => {
    const env = {
      MLFLOW_HTTP_REQUEST_TIMEOUT: '30',
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
      MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '3',
      MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: '0.5',
      MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER: 'False',
      MLFLOW_WORKSPACE: 'team',
    }
    const connection = resolve({ trackingUri: uri, retry: { maxRetries: 9 } }, env)
    expect(connection.policy).toEqual({
      timeoutSeconds: 30,
      maxRetries: 9,
      backoffFactor: 3,
      backoffJitter: 0.5,
      respectRetryAfter: false,
    })
    expect(connection.headers['x-mlflow-workspace']).toBe('team')
  })

  it.each([
    ['MLFLOW_HTTP_REQUEST_MAX_RETRIES', '11', 'from 0 to 10'],
    ['MLFLOW_HTTP_REQUEST_TIMEOUT', 'long', 'a number'],
    ['MLFLOW_ALLOW_HTTP_REDIRECTS', 'yes', 'true, false, 1, 0'],
  ])('%s cannot be "%s"', (name, value, accepted) => {
    const { message } = refusal({ trackingUri: uri }, { [name]: value })
    expect(message).toContain(`${name} is "${value}"`)
    expect(message).toContain(accepted)
  })

  it('cannot be a negative number of retries', () => {
    expect(refusal({ trackingUri: uri, retry: { maxRetries: -1 } }).message).toContain('retry.maxRetries')
  })

  it.each(['MLFLOW_TRACKING_AWS_SIGV4', 'MLFLOW_TRACKING_AUTH'])('%s asks for a hook that signs', name => {
    expect(refusal({ trackingUri: uri }, { [name]: 'true' }).message).toMatch(/signRequest/)
    expect(resolve({ trackingUri: uri, signRequest: () => ({}) }, { [name]: 'true' })).toBeDefined()
  })

  it('cannot be both an insecure connection and a certificate to check', () => {
    const env = { MLFLOW_TRACKING_INSECURE_TLS: 'true', MLFLOW_TRACKING_SERVER_CERT_PATH: '/ca.pem' }
    expect(refusal({ trackingUri: uri }, env).message).toContain('exclude each other')
  })
})
