import { readFileSync } from 'node:fs'
import { MlflowError } from '../errors/mlflow-error.js'
import type { Fetch } from '../http/transport.js'
import type { TlsSettings } from './platform.js'

const readPem = (path: string, variable: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new MlflowError('CONFIGURATION', `${variable} names "${path}", which cannot be read.`, { cause })
  }
}

const loadUndici = async (): Promise<typeof import('undici')> => {
  try {
    return await import('undici')
  } catch (cause) {
    throw new MlflowError(
      'CONFIGURATION',
      'The MLFLOW_TRACKING_*_TLS and *_CERT_PATH variables need the package "undici" on Node: npm install undici.',
      { cause },
    )
  }
}

/**
 * A `fetch` with certificates of its own. Node's built-in one takes them only for the whole process and at its start
 * (NODE_EXTRA_CA_CERTS), and switching verification off for the whole process would be a trap for everybody else.
 */
export const tlsFetch = (settings: TlsSettings): Fetch => {
  const ca = settings.serverCertPath && readPem(settings.serverCertPath, 'MLFLOW_TRACKING_SERVER_CERT_PATH')
  // The Python client takes one file with certificate and key.
  const pem = settings.clientCertPath && readPem(settings.clientCertPath, 'MLFLOW_TRACKING_CLIENT_CERT_PATH')
  const connect = {
    rejectUnauthorized: !settings.isInsecure,
    ...(ca ? { ca } : {}),
    ...(pem ? { cert: pem, key: pem } : {}),
  }
  let loaded: Promise<Fetch> | undefined
  const load = async (): Promise<Fetch> => {
    const undici = await loadUndici()
    const dispatcher = new undici.Agent({ connect })
    const { fetch } = undici as unknown as { fetch: (url: string, init: object) => Promise<Response> }
    return (url, init) => fetch(url, { ...init, dispatcher })
  }
  return async (url, init) => {
    loaded ??= load()
    return (await loaded)(url, init)
  }
}
