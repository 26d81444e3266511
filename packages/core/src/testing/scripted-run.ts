import type { JournalEntry, RunEntry, TickEntry } from '../journal/entry.js'
import { JOURNAL_VERSION } from '../journal/entry.js'
import type { SensorSpec } from '../sensors/sensor.js'

/**
 * A counter of a processor package in microjoules, as Linux shows it; override what a test is about.
 *
 * @example
 * ```ts
 * packageCounter({ device: 'socket-1', scale: 1e-6 })
 * ```
 */
export const packageCounter = (overrides: Partial<SensorSpec> = {}): SensorSpec => ({
  id: 'powercap/package-0',
  provider: 'powercap',
  domain: 'package',
  device: 'socket-0',
  component: 'cpu',
  covers: ['cpu'],
  contains: [],
  kind: 'energy_counter',
  tier: 'measured',
  method: 'RAPL package counter',
  band: { low: 1, high: 1 },
  scale: 1e-6,
  wrapRaw: 262_143_328_850,
  maxPowerWatts: 300,
  updatePeriodMs: 1,
  readAtBoundary: true,
  ...overrides,
})

/**
 * The first entry of a journal with plain, exact surroundings: 100 g/kWh, PUE 1, whole machine; override at will.
 *
 * @example
 * ```ts
 * // One counter that rises by 10 J in 10 s: 1 W.
 * const journal = [scriptedRun({ name: 'one watt' }), tickAt(0, [0]), tickAt(10, [10e6])]
 * ```
 */
export const scriptedRun = (overrides: Partial<RunEntry> = {}): RunEntry => ({
  type: 'run',
  version: JOURNAL_VERSION,
  t: 0,
  id: '20260105-120000-000000',
  name: 'scripted run',
  project: 'tests',
  startedAt: '2026-01-05T12:00:00.000Z',
  owner: { pid: 1 },
  samplingIntervalMs: 1000,
  scope: 'machine',
  staticPolicy: 'full',
  sensors: [packageCounter()],
  unavailable: [],
  optIns: [],
  machine: {
    cpuModel: 'Test CPU',
    threads: 4,
    sockets: 1,
    memoryBytes: 16e9,
    virtual: false,
    energyFiltering: false,
  },
  location: { country: 'FR', how: 'option' },
  grid: {
    gramsPerKwh: 100,
    low: 100,
    high: 100,
    zone: 'FR',
    source: 'test',
    basis: 'lifecycle',
    kind: 'average',
    tier: 'measured',
    fallback: false,
    method: 'given',
  },
  pue: { value: 1, low: 1, high: 1, tier: 'measured', source: 'test', how: 'option' },
  embodied: false,
  software: {},
  tags: {},
  params: {},
  ...overrides,
})

/**
 * A reading at `seconds`; `usage` is busy, capacity and tree seconds so far.
 *
 * @example
 * ```ts
 * tickAt(1.5, [2e6]) // 1.5 s after the beginning the first sensor reads 2 000 000
 * ```
 */
export const tickAt = (
  seconds: number,
  raws: readonly (number | null)[],
  usage: readonly [number, number, number] | null = null,
): TickEntry => ({ type: 'tick', t: Math.round(seconds * 1e9), r: raws, u: usage })

/**
 * Edges of a window, with the counters read at both.
 *
 * @example
 * ```ts
 * windowAt(0, 1, 4, [[1e6], [7e6]]) // an epoch from second 1 to 4, in which the counter rises by 6 J
 * ```
 */
export const windowAt = (
  window: number,
  from: number,
  to: number,
  raws: readonly [readonly (number | null)[], readonly (number | null)[]] = [[], []],
  name = 'epoch',
  attributes: Readonly<Record<string, string | number | boolean>> = { index: window },
): JournalEntry[] => [
  { type: 'begin', t: Math.round(from * 1e9), window, name, attributes, r: raws[0] },
  { type: 'end', t: Math.round(to * 1e9), window, r: raws[1] },
]
