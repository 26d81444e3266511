import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { Meter } from '../meter/meter.js'
import { packageCounter, scriptedRun, tickAt } from '../testing/scripted-run.js'

const columns = (run: RunEntry, entries: readonly JournalEntry[]) => {
  const meter = new Meter(run)
  for (const entry of entries) meter.add(entry)
  const analysis = meter.analyse()
  return analysis.curves[0]!.between(0, analysis.end)
}

const sensor = packageCounter({ idleWatts: { watts: 20, source: 'test' } })
const shared = (staticPolicy: RunEntry['staticPolicy'], reservedShare?: number) =>
  scriptedRun({
    scope: 'process',
    staticPolicy,
    sensors: [sensor],
    ...(reservedShare !== undefined && { reservedShare }),
  })

/** Ten seconds at 100 W on 4 threads: 2 busy, of which ours 0.5. */
const ticks = Array.from({ length: 11 }, (_, s) => tickAt(s, [s * 100e6], [2 * s, 4 * s, 0.5 * s]))

describe('attribution to a process tree', () => {
  it('shares dynamic energy by busy time and static energy by policy', () => {
    expect(columns(shared('proportional'), ticks)).toMatchObject({ machine: 1000 })
    expect(columns(shared('proportional'), ticks).dynamic).toBeCloseTo(800 * 0.25)
    expect(columns(shared('proportional'), ticks).static).toBeCloseTo(200 * 0.25)
    expect(columns(shared('none'), ticks).static).toBe(0)
    expect(columns(shared('capacity'), ticks).static).toBeCloseTo(200 * 0.125)
    expect(columns(shared('full'), ticks).static).toBeCloseTo(200)
    expect(columns(shared('reserved', 0.5), ticks).static).toBeCloseTo(100)
    expect(columns(shared('reserved'), ticks).static).toBeCloseTo(200 * 0.25)
  })

  it('does not bill an idle process for a busy machine', () => {
    const idle = Array.from({ length: 11 }, (_, s) => tickAt(s, [s * 100e6], [4 * s, 4 * s, 0]))
    const { dynamic, static: still } = columns(shared('proportional'), idle)
    expect(dynamic + still).toBe(0)
  })

  it('widens the interval while others are busy and not when we are alone', () => {
    const contested = columns(shared('proportional'), ticks)
    expect(contested.low).toBeLessThan(contested.dynamic + contested.static)
    const alone = Array.from({ length: 11 }, (_, s) => tickAt(s, [s * 100e6], [2 * s, 4 * s, 1.95 * s]))
    const own = columns(shared('proportional'), alone)
    expect(own.low).toBeCloseTo(own.dynamic + own.static)
    expect(own.high).toBeCloseTo(own.dynamic + own.static)
  })

  it('books the whole machine when asked to', () => {
    const whole = columns(scriptedRun({ sensors: [sensor] }), ticks)
    expect(whole.dynamic + whole.static).toBeCloseTo(1000)
  })

  it('never gives out more than the machine used, and never less than nothing', () => {
    const policy = fc.constantFrom('none', 'proportional', 'capacity', 'reserved', 'full' as const)
    const second = fc.record({
      // A counter that stands still is frozen, which is another test.
      watts: fc.double({ min: 1, max: 290, noNaN: true }),
      busy: fc.double({ min: 0, max: 4, noNaN: true }),
      tree: fc.double({ min: 0, max: 5, noNaN: true }),
    })
    fc.assert(
      fc.property(policy, fc.array(second, { minLength: 1, maxLength: 40 }), (staticPolicy, seconds) => {
        let raw = 0
        let busy = 0
        let tree = 0
        const entries = [tickAt(0, [0], [0, 0, 0])]
        for (const [index, step] of seconds.entries()) {
          raw += Math.round(step.watts * 1e6)
          busy += step.busy
          tree += step.tree
          entries.push(tickAt(index + 1, [raw], [busy, 4 * (index + 1), tree]))
        }
        // A catalogue's idle power above what was seen must not break the bounds either.
        const span = columns(shared(staticPolicy as RunEntry['staticPolicy']), entries)
        const value = span.dynamic + span.static
        const rounding = 1e-9 * (1 + span.machine)
        expect(span.machine).toBeCloseTo(raw / 1e6, 5)
        expect(value).toBeLessThanOrEqual(span.machine + rounding)
        expect(span.low).toBeLessThanOrEqual(value + rounding)
        expect(span.high).toBeGreaterThanOrEqual(value - rounding)
        expect(span.low).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
