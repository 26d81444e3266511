import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuShares } from '../attribution/cpu-shares.js'
import { deviceShares } from '../attribution/device-shares.js'
import type { ShareInterval } from '../attribution/shares.js'
import type { OtherRank, StaticPolicy } from '../journal/entry.js'
import type { DeviceUseInterval } from '../meter/device-use-series.js'
import type { UsageInterval } from '../meter/usage-series.js'
import { packageCounter } from '../testing/scripted-run.js'
import { divideAmongRanks, meanRankShare, mostRanks } from './divide-among-ranks.js'

const BOARD = packageCounter({
  id: 'nvidia/0',
  device: 'gpu-0',
  domain: 'gpu',
  component: 'gpu',
  covers: ['gpu'],
})

const other = (from: number, to?: number, more: Partial<OtherRank> = {}): OtherRank => ({
  from,
  ...(to !== undefined && { to }),
  boards: ['gpu-0'],
  scope: 'process',
  staticPolicy: 'full',
  ...more,
})
const shareAt = (intervals: Iterable<ShareInterval>, t: number): ShareInterval | undefined =>
  [...intervals].find(({ from, to }) => from <= t && t < to)

describe('what all ranks would count', () => {
  const machine = { scope: 'machine', staticPolicy: 'full' } as const

  it('is divided among those that are there at the time', () => {
    const others = [other(2, 6, { scope: 'machine' }), other(4, undefined, { scope: 'machine' })]
    const shares = divideAmongRanks(machine, packageCounter(), others, policy => cpuShares(policy, []))
    expect([1, 3, 5, 7].map(t => shareAt(shares, t)!.dynamic)).toEqual([1, 1 / 2, 1 / 3, 1 / 2])
    expect(shareAt(shares, 1e12)!.static).toBe(1 / 2)
    expect(meanRankShare(others, 8)).toBeCloseTo((2 + 2 / 2 + 2 / 3 + 2 / 2) / 8, 12)
    expect(mostRanks(others)).toBe(3)
  })

  it('is left alone where there is no other rank', () => {
    expect(divideAmongRanks(machine, packageCounter(), [], policy => cpuShares(policy, []))).toEqual(
      cpuShares(machine, []),
    )
    expect(meanRankShare([], 5)).toBe(1)
    expect(mostRanks([])).toBe(1)
  })

  it('is each one its own share while one of them counts only its own', () => {
    const usage: UsageInterval[] = [{ from: 0, to: 10, busySeconds: 10, capacitySeconds: 40, treeSeconds: 4 }]
    const shares = divideAmongRanks(machine, packageCounter(), [other(5)], policy => cpuShares(policy, usage))
    expect(shareAt(shares, 2)!.dynamic).toBe(1)
    expect(shareAt(shares, 7)!.dynamic).toBeCloseTo(0.4, 12)
  })

  it('is of a board only among ranks that may use it', () => {
    const policy = { scope: 'process', staticPolicy: 'proportional' } as const
    const elsewhere = other(0, undefined, { boards: ['gpu-1'] })
    const upperBound = (others: readonly OtherRank[]): number => {
      const [share] = divideAmongRanks(policy, BOARD, others, each => deviceShares(each, BOARD, []))
      return share!.dynamic
    }
    expect(upperBound([elsewhere])).toBe(1)
    expect(upperBound([elsewhere, other(0)])).toBe(1 / 2)
  })

  it('is not what processor time says of a process: that is its own already', () => {
    const usage: UsageInterval[] = [{ from: 0, to: 10, busySeconds: 10, capacitySeconds: 40, treeSeconds: 5 }]
    const policy = { scope: 'process', staticPolicy: 'reserved', reservedShare: 0.5 } as const
    const [share] = divideAmongRanks(policy, packageCounter(), [other(0)], each => cpuShares(each, usage))
    expect(share).toMatchObject({ dynamic: 0.5, static: 0.25 })
  })
})

describe('the ranks of a machine', () => {
  const POLICIES: readonly StaticPolicy[] = ['none', 'proportional', 'capacity', 'reserved', 'full']
  const END = 100
  const rank = fc.record({
    from: fc.integer({ min: 0, max: END - 1 }),
    length: fc.integer({ min: 1, max: END }),
    scope: fc.constantFrom('process', 'machine'),
    staticPolicy: fc.constantFrom(...POLICIES),
    weight: fc.integer({ min: 0, max: 10 }),
  })

  it.each([
    ['a package', packageCounter(), true],
    ['a board whose users are known', BOARD, true],
    ['a board whose users are not known', BOARD, false],
    ['a partitioned board', { ...BOARD, share: 3 / 7 }, true],
  ])('never sum up to more than %s, whoever comes and goes and counts what', (_what, spec, knowsUsers) => {
    const isBoard = spec.component === 'gpu'
    const property = fc.property(
      fc.array(rank, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 10 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      (ranks, foreign, reservedShare) => {
        const all = foreign + ranks.reduce((sum, { weight }) => sum + weight, 0)
        const seats = ranks.map(({ from, length }) => ({ from, to: Math.min(END, from + length) }))
        const shares = ranks.map(({ scope, staticPolicy, weight }, index) => {
          const others = ranks.flatMap((theirs, place): OtherRank[] => {
            const { from, to } = seats[place]!
            if (place === index || to <= seats[index]!.from || from >= seats[index]!.to) return []
            return [other(from, to, { scope: theirs.scope, staticPolicy: theirs.staticPolicy })]
          })
          const usage: UsageInterval = {
            from: 0,
            to: END,
            busySeconds: all,
            capacitySeconds: 2 * all,
            treeSeconds: weight,
          }
          const use: DeviceUseInterval = {
            from: 0,
            to: END,
            ours: 1,
            others: ranks.length - 1 + foreign,
            unknown: knowsUsers ? 0 : 1,
            idle: false,
            ourWork: weight,
            allWork: all,
          }
          const policy = { scope, staticPolicy, reservedShare }
          return divideAmongRanks(policy, spec, others, under =>
            isBoard ? deviceShares(under, spec, [use]) : cpuShares(under, [usage]),
          )
        })
        // Shares change at whole numbers only.
        for (const { from: start } of seats) {
          const t = start + 0.5
          const present = shares.flatMap((each, index) =>
            seats[index]!.from <= t && t < seats[index]!.to ? (shareAt(each, t) ?? []) : [],
          )
          expect(present.reduce((sum, share) => sum + share.dynamic, 0)).toBeLessThanOrEqual(1 + 1e-9)
          expect(present.reduce((sum, share) => sum + share.static, 0)).toBeLessThanOrEqual(1 + 1e-9)
        }
      },
    )
    fc.assert(property, { numRuns: 200 })
  })

  it('keep the whole machine among them where all count the machine', () => {
    const seats = [
      [0, 60],
      [20, 100],
      [30, 50],
    ] as const
    const sumAt = (t: number): number =>
      seats.reduce((sum, [from, to], index) => {
        const others = seats
          .filter((_, place) => place !== index)
          .map(([start, end]) => other(start, end, { scope: 'machine' }))
        const shares = divideAmongRanks(
          { scope: 'machine', staticPolicy: 'full' },
          packageCounter(),
          others,
          policy => cpuShares(policy, []),
        )
        return from <= t && t < to ? sum + shareAt(shares, t)!.dynamic : sum
      }, 0)
    for (const t of [10, 25, 40, 55, 80]) expect(sumAt(t)).toBeCloseTo(1, 12)
  })
})
