import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEntry } from '../journal/entry.js'
import type { DeviceUseInterval } from '../meter/device-use-series.js'
import { deviceShares, isUpperBound } from './device-shares.js'

const use = (overrides: Partial<DeviceUseInterval>): DeviceUseInterval => ({
  from: 0,
  to: 1e9,
  ours: 0,
  others: 0,
  unknown: 0,
  idle: false,
  ourWork: 0,
  allWork: 0,
  ...overrides,
})

const policy = (
  staticPolicy: RunEntry['staticPolicy'] = 'proportional',
  scope: RunEntry['scope'] = 'process',
) => ({
  scope,
  staticPolicy,
})

const sharesOf = (interval: Partial<DeviceUseInterval>, staticPolicy?: RunEntry['staticPolicy']) => {
  const [shares] = deviceShares(policy(staticPolicy), {}, [use(interval)])
  return shares!
}

describe('the share of a GPU', () => {
  it('is all of it for the only process that computes there', () => {
    expect(sharesOf({ ours: 1 })).toMatchObject({ dynamic: 1, static: 1, relativeBand: 0 })
    // Several processes of one tree are one user.
    expect(sharesOf({ ours: 3 })).toMatchObject({ dynamic: 1, static: 1, relativeBand: 0 })
  })

  it('is by utilisation where processes of others compute as well', () => {
    expect(sharesOf({ ours: 1, others: 1, ourWork: 60, allWork: 80 })).toMatchObject({
      dynamic: 0.75,
      static: 0.75,
      relativeBand: 0.3,
    })
  })

  it('is by heads, with the widest band, where the board does not say who worked', () => {
    expect(sharesOf({ ours: 1, others: 3 })).toMatchObject({ dynamic: 0.25, relativeBand: 1 })
  })

  it('is nothing while only others compute, or nobody', () => {
    expect(sharesOf({ others: 2 })).toMatchObject({ dynamic: 0, static: 0 })
    expect(sharesOf({ idle: true })).toMatchObject({ dynamic: 0, static: 0 })
  })

  it('is at most the whole where nobody can tell whose the processes are', () => {
    const intervals = [
      ...deviceShares(policy(), {}, [use({ ours: 1 }), use({ unknown: 1, from: 1e9, to: 2e9 })]),
    ]
    expect(intervals[1]).toMatchObject({ dynamic: 1, static: 1, relativeBand: 1 })
    expect(isUpperBound(intervals)).toBe(true)
    expect(isUpperBound(intervals.slice(0, 1))).toBe(false)
    expect(isUpperBound(deviceShares(policy(), {}, []))).toBe(true)
  })

  it('is fixed for a partition, in both directions uncertain', () => {
    expect(deviceShares(policy(), { share: 3 / 7 }, [use({ others: 1 })])).toEqual([
      { from: 0, to: Number.POSITIVE_INFINITY, dynamic: 3 / 7, static: 3 / 7, relativeBand: 0.5 },
    ])
  })

  it('follows the policy for static energy', () => {
    const contested = { ours: 1, others: 1, ourWork: 1, allWork: 4 }
    expect(sharesOf(contested, 'none').static).toBe(0)
    expect(sharesOf(contested, 'full').static).toBe(1)
    expect(sharesOf(contested, 'capacity').static).toBe(0.25)
    expect(sharesOf({ idle: true }, 'full').static).toBe(1)
  })

  it('is the whole for the scope of a machine, whoever computes', () => {
    const [whole] = deviceShares(policy('none', 'machine'), { share: 0.5 }, [use({ others: 5 })])
    expect(whole).toMatchObject({ dynamic: 1, static: 1, relativeBand: 0 })
  })

  it('lies between nothing and everything, whatever is counted', () => {
    const interval = fc.record({
      ours: fc.nat(5),
      others: fc.nat(5),
      unknown: fc.nat(2),
      ourWork: fc.double({ min: 0, max: 500, noNaN: true }),
      allWork: fc.double({ min: 0, max: 400, noNaN: true }),
    })
    const policies = fc.constantFrom('none', 'proportional', 'capacity', 'reserved', 'full' as const)
    fc.assert(
      fc.property(interval, policies, (counted, staticPolicy) => {
        const shares = sharesOf(counted, staticPolicy as RunEntry['staticPolicy'])
        for (const share of [shares.dynamic, shares.static]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
