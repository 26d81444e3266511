import { describe, expect, it } from 'vitest'
import { MlflowError } from '../errors/mlflow-error.js'
import { parseRetryAfter } from './retry-after.js'
import { defaultRetryPolicy, waitBeforeRetry } from './retry-policy.js'

const failure = (retryAfterMs?: number) =>
  new MlflowError('TEMPORARILY_UNAVAILABLE', 'later', { isRetryable: true, retryAfterMs })

const waits = (random: number) =>
  Array.from({ length: 9 }, (_, index) =>
    waitBeforeRetry(defaultRetryPolicy, failure(), index + 1, () => random),
  )

describe('the wait before another attempt', () => {
  it('grows as that of the Python client, and ends after seven', () => {
    expect(waits(0)).toEqual([0, 4000, 8000, 16_000, 32_000, 64_000, 120_000, undefined, undefined])
  })

  it('is spread by up to a second, but never beyond two minutes', () => {
    expect(waits(1)).toEqual([1000, 5000, 9000, 17_000, 33_000, 65_000, 120_000, undefined, undefined])
  })

  it('is what the server asks for', () => {
    expect(waitBeforeRetry(defaultRetryPolicy, failure(3000), 5)).toBe(3000)
    expect(
      waitBeforeRetry({ ...defaultRetryPolicy, respectRetryAfter: false }, failure(3000), 1, () => 0),
    ).toBe(0)
  })

  it('is not spent on a server that asks for more than two minutes', () => {
    expect(waitBeforeRetry(defaultRetryPolicy, failure(121_000), 1)).toBeUndefined()
  })

  it('is not spent on what will never succeed', () => {
    expect(waitBeforeRetry(defaultRetryPolicy, new MlflowError('BAD_REQUEST', 'no'), 1)).toBeUndefined()
  })
})

describe('Retry-After', () => {
  it('is seconds or a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(parseRetryAfter('120', now)).toBe(120_000)
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000)
    expect(parseRetryAfter('Thu, 01 Jan 2025 00:00:30 GMT', now)).toBe(0)
  })

  it('is ignored when it is neither', () => {
    expect(parseRetryAfter('soon')).toBeUndefined()
    expect(parseRetryAfter(null)).toBeUndefined()
  })
})
