import { describe, expect, it } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { type Fate, scriptedServer } from '../../test/scripted-server.js'
import { MlflowError } from '../errors/mlflow-error.js'

const runId = '0123456789abcdef0123456789abcdef'
const run: Fate = { body: JSON.stringify({ run: { info: { run_id: runId, experiment_id: '1' } } }) }

/** Answers with each fate in turn, and with the last for ever. */
const serverOf = (...fates: readonly Fate[]) =>
  scriptedServer((_, before) => fates[Math.min(before, fates.length - 1)] as Fate)

const failureOf = async (promise: Promise<unknown>): Promise<MlflowError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(MlflowError)
  return error as MlflowError
}

describe('a request', () => {
  it.each<[string, Fate]>([
    ['500', { status: 500 }],
    [
      '502 with HTML',
      { status: 502, body: '<html>bad gateway</html>', headers: { 'content-type': 'text/html' } },
    ],
    ['429', { status: 429 }],
    ['a reset connection', 'reset'],
    ['a reply that breaks off', 'torn'],
  ])('is sent again after %s', async (_, fate) => {
    const server = await serverOf(fate, fate, run)
    await expect(clientOf(server.url).runs.get(runId)).resolves.toMatchObject({ info: { runId } })
    expect(server.exchanges).toHaveLength(3)
  })

  it('is sent again after silence', async () => {
    const server = await serverOf('hang', run)
    const client = clientOf(server.url, { retry: { timeoutSeconds: 0.1, maxRetries: 1, backoffJitter: 0 } })
    await expect(client.runs.get(runId)).resolves.toMatchObject({ info: { runId } })
  })

  it('gives up on a server that stays silent', async () => {
    const server = await serverOf('hang')
    const client = clientOf(server.url, { retry: { timeoutSeconds: 0.05, maxRetries: 1, backoffJitter: 0 } })
    const error = await failureOf(client.runs.get(runId))
    expect(error).toMatchObject({ errorCode: 'REQUEST_TIMEOUT', isRetryable: true, status: undefined })
    expect(error.message).toContain('MLFLOW_HTTP_REQUEST_TIMEOUT')
    expect(server.exchanges).toHaveLength(2)
  })

  it('tells the caller of a Retry-After that is too long to wait for', async () => {
    const server = await serverOf({ status: 503, headers: { 'retry-after': '3600' } })
    const error = await failureOf(clientOf(server.url).runs.get(runId))
    expect(error).toMatchObject({ retryAfterMs: 3_600_000, isRetryable: true })
    expect(server.exchanges).toHaveLength(1)
  })

  it('is not sent again when it was refused', async () => {
    const server = await serverOf({
      status: 400,
      body: '{"error_code":"INVALID_PARAMETER_VALUE","message":"no"}',
    })
    const error = await failureOf(clientOf(server.url).runs.get(runId))
    expect(error).toMatchObject({ errorCode: 'INVALID_PARAMETER_VALUE', status: 400 })
    expect(server.exchanges).toHaveLength(1)
  })

  it('says so when nobody listens', async () => {
    const error = await failureOf(
      clientOf('http://127.0.0.1:9', { retry: { maxRetries: 0 } }).runs.get(runId),
    )
    expect(error).toMatchObject({ errorCode: 'NETWORK_ERROR', isRetryable: true })
    expect(error.cause).toBeInstanceOf(Error)
    expect(error.message).toMatch(/GET .*runs\/get: no complete reply from http:\/\/127\.0\.0\.1:9/)
  })

  it('takes a page of HTML for what it is, though it comes with 200', async () => {
    const server = await serverOf({ body: '<html>Log in</html>', headers: { 'content-type': 'text/html' } })
    const error = await failureOf(clientOf(server.url).runs.get(runId))
    expect(error).toMatchObject({ errorCode: 'INVALID_RESPONSE', isRetryable: false })
    expect(error.message).toContain('<html>Log in</html>')
  })

  it('waits as Retry-After says, and ends when its caller gives up meanwhile', async () => {
    const server = await serverOf({ status: 429, headers: { 'retry-after': '60' } })
    const stop = new AbortController()
    const logged = clientOf(server.url).runs.logBatch(runId, { params: { a: 1 } }, { signal: stop.signal })
    setTimeout(() => stop.abort(new Error('enough')), 50)
    await expect(logged).rejects.toThrow('enough')
    expect(server.exchanges).toHaveLength(1)
  })

  it('carries credentials, a name for itself and who it is from', async () => {
    const server = await serverOf(run)
    await clientOf(server.url, { token: 'secret', workspace: 'team' }).runs.get(runId)
    expect(server.exchanges[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-mlflow-workspace': 'team',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'user-agent': expect.stringMatching(/^mlflow-js-client\//),
    })
  })

  it('is signed anew for each attempt, with its body', async () => {
    const server = await serverOf({ status: 500 }, {})
    const seen: (string | undefined)[] = []
    const client = clientOf(server.url, {
      signRequest: request => {
        seen.push(request.body)
        return { authorization: `Signed ${seen.length}` }
      },
    })
    await client.runs.logBatch(runId, { params: { a: 1 } })
    expect(server.exchanges.map(exchange => exchange.headers.authorization)).toEqual(['Signed 1', 'Signed 2'])
    const body = JSON.stringify({ run_id: runId, params: [{ key: 'a', value: '1' }] })
    expect(seen).toEqual([body, body])
  })

  it('follows a redirect unless told not to', async () => {
    const server = await scriptedServer(({ url }) =>
      url.startsWith('/old') ? { status: 307, headers: { location: url.replace('/old', '') } } : run,
    )
    await expect(clientOf(`${server.url}/old`).runs.get(runId)).resolves.toBeDefined()
    const environment = { MLFLOW_ALLOW_HTTP_REDIRECTS: 'false' }
    const error = await failureOf(clientOf(`${server.url}/old`, { environment }).runs.get(runId))
    expect(error.status).toBe(307)
  })

  it('reads a bare NaN, which some routes write', async () => {
    const body = `{"metrics":[{"key":"a \\"value\\":NaN","run_id":"${runId}","step":0,"timestamp":5,"value":NaN}]}`
    const server = await serverOf({ body })
    const [point] = await clientOf(server.url).metrics.historyOfRuns([runId], 'a')
    expect(point).toMatchObject({ key: 'a "value":NaN', value: Number.NaN })
  })
})
