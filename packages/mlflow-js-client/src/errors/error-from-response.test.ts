import { describe, expect, it } from 'vitest'
import { errorFromResponse } from './error-from-response.js'

const request = { method: 'POST', route: '/api/2.0/mlflow/runs/log-batch', requestId: 'ours' }

const errorOf = (status: number, body: string, headers: Record<string, string> = {}) =>
  errorFromResponse(new Response(null, { status, headers }), body, request)

describe('an error reply', () => {
  it('keeps the code and message of the server', () => {
    const error = errorOf(404, '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run with id=x not found"}')
    expect(error).toMatchObject({ errorCode: 'RESOURCE_DOES_NOT_EXIST', status: 404, isRetryable: false })
    expect(error.code).toBe(error.errorCode)
    expect(error.message).toContain('POST /api/2.0/mlflow/runs/log-batch: 404')
    expect(error.message).toContain('Run with id=x not found')
  })

  it.each([
    [401, 'You are not authenticated.', 'UNAUTHENTICATED'],
    [403, 'Permission denied', 'PERMISSION_DENIED'],
    [404, '<!doctype html><title>404 Not Found</title>', 'ENDPOINT_NOT_FOUND'],
    [413, '', 'REQUEST_TOO_LARGE'],
    [418, 'tea', 'BAD_REQUEST'],
    [429, '', 'REQUEST_LIMIT_EXCEEDED'],
    [500, 'oops', 'INTERNAL_ERROR'],
    [502, '<html>Bad gateway</html>', 'INTERNAL_ERROR'],
    [503, '[]', 'TEMPORARILY_UNAVAILABLE'],
  ])('of status %i that is not JSON gets a code', (status, body, code) => {
    expect(errorOf(status, body)).toMatchObject({ errorCode: code, status })
  })

  it('shows the words of an HTML page, on one line and not all of them', () => {
    const { message } = errorOf(
      502,
      `<html><style>a{}</style><h1>Bad\n gateway</h1>${'x'.repeat(5000)}</html>`,
    )
    expect(message).toContain('Bad gateway')
    expect(message).not.toMatch(/[<>\n]|a\{\}/)
    expect(message.length).toBeLessThan(500)
  })

  it.each([408, 429, 500, 502, 503, 504])('of status %i may be retried', status => {
    expect(errorOf(status, '').isRetryable).toBe(true)
  })

  it.each([400, 401, 403, 404, 409, 501])('of status %i may not', status => {
    expect(errorOf(status, '').isRetryable).toBe(false)
  })

  it('about a database whose connections are all taken may be retried, though MLflow answers 400', () => {
    const message =
      'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/21/3o7r)'
    expect(errorOf(400, JSON.stringify({ error_code: 'BAD_REQUEST', message })).isRetryable).toBe(true)
    const unique = 'UNIQUE constraint failed (Background on this error at: https://sqlalche.me/e/21/gkpj)'
    expect(errorOf(400, JSON.stringify({ error_code: 'BAD_REQUEST', message: unique })).isRetryable).toBe(
      false,
    )
  })

  it('about an endpoint that is switched off is for good, whatever its status says', () => {
    expect(errorOf(503, 'Endpoint: /x disabled due to the mlflow server running with ...').isRetryable).toBe(
      false,
    )
  })

  it('about a param that has another value is for good, though the file store calls it internal', () => {
    const body =
      '{"error_code":"INTERNAL_ERROR","message":"Changing param values is not allowed. Param with key"}'
    expect(errorOf(500, body).isRetryable).toBe(false)
  })

  it('says what the server or a gateway called the request, else what we called it', () => {
    expect(errorOf(500, '', { 'x-request-id': 'theirs' }).requestId).toBe('theirs')
    expect(errorOf(500, '').requestId).toBe('ours')
  })

  it('knows when to come back', () => {
    expect(errorOf(429, '', { 'retry-after': '7' }).retryAfterMs).toBe(7000)
    expect(errorOf(429, '').retryAfterMs).toBeUndefined()
  })

  it.each([
    [401, 'no', 'MLFLOW_TRACKING_TOKEN'],
    [403, 'Invalid Host header - possible DNS rebinding attack detected', '--allowed-hosts'],
    [403, 'Cross-origin request blocked', '--cors-allowed-origins'],
    [400, "The run x must be in the 'active' state. Current state is deleted.", 'restore'],
  ])('%i "%s" says what to do', (status, body, remedy) => {
    expect(errorOf(status, body).message).toContain(remedy)
  })
})
