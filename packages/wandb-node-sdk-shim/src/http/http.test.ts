import { describe, expect, it } from 'vitest'
import { RateLimit } from './rate-limit.js'
import { backoffSeconds, isRetryableStatus, retryAfterSeconds } from './retry.js'

describe('retries', () => {
  it('follow the table of statuses', () => {
    for (const status of [400, 401, 403, 404, 409, 410, 413, 422, 501])
      expect(isRetryableStatus(status)).toBe(false)
    // A redirect that leads nowhere is no success.
    for (const status of [304, 307, 408, 418, 425, 429, 500, 502, 503, 504])
      expect(isRetryableStatus(status)).toBe(true)
    expect(isRetryableStatus(200)).toBe(false)
  })

  it('double their pause up to a limit, with up to a quarter more', () => {
    const policy = { attempts: 9, waitMinSeconds: 2, waitMaxSeconds: 60, attemptTimeoutSeconds: 30 }
    expect([1, 2, 3, 6, 7].map(attempt => backoffSeconds(attempt, policy, 0))).toEqual([2, 4, 8, 60, 60])
    expect(backoffSeconds(1, policy, 1)).toBe(2.5)
  })

  it('read Retry-After as seconds or as a date', () => {
    const of = (value: string) =>
      retryAfterSeconds(new Headers({ 'retry-after': value }), Date.parse('2026-01-01T00:00:00Z'))
    expect(of('7')).toBe(7)
    expect(of('Thu, 01 Jan 2026 00:01:00 GMT')).toBe(60)
    expect(of('Thu, 01 Jan 2025 00:01:00 GMT')).toBe(0)
    expect(of('soon')).toBeUndefined()
    expect(retryAfterSeconds(new Headers())).toBeUndefined()
  })
})

describe('the rate limit', () => {
  const headers = (remaining: number, reset: number) =>
    new Headers({ 'ratelimit-remaining': String(remaining), 'ratelimit-reset': String(reset) })

  it('holds nobody back until the server says something', () => {
    const limit = new RateLimit()
    limit.update(new Headers())
    expect(limit.intervalSeconds).toBeLessThan(0.001)
  })

  it('spreads what is left over the time that is left', () => {
    const limit = new RateLimit()
    // A server that takes 10 units for a request.
    let remaining = 1000
    for (let request = 0; request < 60; request++) {
      limit.update(headers(remaining, 100))
      remaining -= 10
    }
    // 410 units in 100 s at 10 units a request: one request in 2.4 s.
    expect(limit.intervalSeconds).toBeGreaterThan(2)
    expect(limit.intervalSeconds).toBeLessThan(3)
  })

  it('slows down to one request in ten seconds when nothing is left, and no further', () => {
    const limit = new RateLimit()
    limit.update(headers(10, 60))
    limit.update(headers(0, 60))
    expect(limit.intervalSeconds).toBe(10)
  })

  it('speeds up again in a new window', () => {
    const limit = new RateLimit()
    limit.update(headers(10, 60))
    limit.update(headers(0, 60))
    for (let request = 0; request < 10; request++) limit.update(headers(1000, 60))
    expect(limit.intervalSeconds).toBeLessThan(0.01)
  })
})
