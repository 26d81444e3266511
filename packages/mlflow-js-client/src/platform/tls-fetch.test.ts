import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { describeWith, type Skipped } from '../../test/describe-with.js'

const folder = mkdtempSync(join(tmpdir(), 'mlflow-tls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const opensslProgram = 'openssl'

const openssl = (): object | Skipped => {
  try {
    execFileSync(opensslProgram, ['version'], { stdio: 'ignore' })
    return {}
  } catch {
    return { skipped: 'no openssl to make certificates with' }
  }
}

const at = (name: string): string => join(folder, name)

/** A certificate that signs itself, and its key, as two files and as one. */
const makeCertificate = (name: string, subject: string): void => {
  const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync(
    opensslProgram,
    ['req', ...kind, ...files, '-subj', subject, '-addext', 'subjectAltName=IP:127.0.0.1'],
    {
      stdio: 'ignore',
    },
  )
}

const secureServer = async (): Promise<{ url: string; clients: string[] }> => {
  const clients: string[] = []
  const tls = { key: readFileSync(at('server.key')), cert: readFileSync(at('server.crt')) }
  const server = createServer(
    { ...tls, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      clients.push(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN))
      response.end('OK')
    },
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, clients }
}

describeWith('https', openssl(), () => {
  makeCertificate('server', '/CN=server')
  makeCertificate('client', '/CN=trainer')
  const pem = at('client.pem')
  execFileSync('sh', ['-c', 'cat "$1" "$2" > "$3"', 'sh', at('client.crt'), at('client.key'), pem])

  it('is refused where the certificate is unknown', async () => {
    const { url } = await secureServer()
    await expect(clientOf(url).server.isHealthy()).resolves.toBe(false)
  })

  it('works with the certificate of MLFLOW_TRACKING_SERVER_CERT_PATH, or without looking', async () => {
    const { url } = await secureServer()
    const trusting = { MLFLOW_TRACKING_SERVER_CERT_PATH: at('server.crt') }
    await expect(clientOf(url, { environment: trusting }).server.isHealthy()).resolves.toBe(true)
    const blind = { MLFLOW_TRACKING_INSECURE_TLS: 'true' }
    await expect(clientOf(url, { environment: blind }).server.isHealthy()).resolves.toBe(true)
  })

  it('shows the certificate of MLFLOW_TRACKING_CLIENT_CERT_PATH', async () => {
    const { url, clients } = await secureServer()
    const environment = { MLFLOW_TRACKING_INSECURE_TLS: 'true', MLFLOW_TRACKING_CLIENT_CERT_PATH: pem }
    await expect(clientOf(url, { environment }).server.isHealthy()).resolves.toBe(true)
    expect(clients).toEqual(['trainer'])
  })

  it('says which file cannot be read', () => {
    const environment = { MLFLOW_TRACKING_SERVER_CERT_PATH: at('none.crt') }
    expect(() => clientOf('https://127.0.0.1:1', { environment })).toThrow(
      'MLFLOW_TRACKING_SERVER_CERT_PATH names',
    )
  })
})
