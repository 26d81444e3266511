import type { OpenSensor, SensorSpec } from '../sensors/sensor.js'

/** What the suite needs to know about the sensor under test. */
export interface SensorCheck {
  readonly spec: SensorSpec
  /** Opens it while its device works. Models are never opened and leave it out. */
  open?(): OpenSensor
  /** Makes the device fail, where a test can; the rules about failure are left out otherwise. */
  fail?(): void
  /** Undoes `fail`. */
  recover?(): void
}

const must = (condition: boolean, rule: string): void => {
  if (!condition) throw new Error(rule)
}

const checkSpec = (spec: SensorSpec): void => {
  const { id, provider, method, band, covers, component, contains, scale, wrapRaw, maxPowerWatts } = spec
  must(
    id.startsWith(`${provider}/`) && id.length > provider.length + 1,
    `the id "${id}" must begin with "${provider}/"`,
  )
  must(method.trim().length >= 10, 'the method must be a sentence that a reader understands')
  must(band.low > 0 && band.low <= 1 && band.high >= 1, 'the band must contain the reading itself')
  must(covers.includes(component), `it is booked under ${component} and must cover it`)
  must(!contains.includes(id), 'a sensor does not contain itself')
  must(Number.isFinite(scale) && scale > 0, 'the scale must be positive')
  must(wrapRaw === undefined || wrapRaw > 0, 'wrapRaw must be positive or absent')
  must(maxPowerWatts === undefined || maxPowerWatts > 0, 'maxPowerWatts must be positive or absent')
  must(
    spec.share === undefined || (spec.share > 0 && spec.share <= 1),
    'a share must be above 0 and at most 1',
  )
  must(spec.updatePeriodMs >= 0, 'updatePeriodMs must not be negative')
  if (spec.kind === 'model') {
    const watts = spec.wattsByUtilisation ?? []
    must(
      watts.length >= 2 && watts.every(value => value >= 0),
      'a model needs watts at two or more utilisations',
    )
    must(!spec.readAtBoundary, 'a model cannot be read at a boundary')
    must(spec.tier !== 'measured', 'a model measures nothing')
  }
  // It travels to the sampler's worker and into the journal.
  structuredClone(spec)
  const { settings: _, ...journalled } = spec
  must(
    JSON.stringify(JSON.parse(JSON.stringify(journalled))) === JSON.stringify(journalled),
    'all but the settings must survive JSON',
  )
}

const readWell = (sensor: OpenSensor): number => {
  const raw = sensor.read()
  must(Number.isFinite(raw), `a working sensor read ${raw} (${sensor.error()})`)
  must(sensor.error() === undefined, 'error() must be undefined after a good reading')
  return raw
}

const mustFail = (sensor: OpenSensor, when: string): void => {
  must(Number.isNaN(sensor.read()), `${when}, read() must give NaN, never a number that means nothing`)
  must(/^E[A-Z0-9_]+$/.test(sensor.error() ?? ''), `${when}, error() must give a code such as ENODEV`)
}

const readingRules = (spec: SensorSpec, open: () => OpenSensor): [string, () => void][] => [
  [
    'reads finite, non-negative numbers below its wrap',
    () => {
      const sensor = open()
      for (let round = 0; round < 3; round++) {
        const raw = readWell(sensor)
        must(raw >= 0, 'readings must not be negative')
        must(raw <= (spec.wrapRaw ?? Number.POSITIVE_INFINITY), 'a counter must wrap at wrapRaw')
      }
      sensor.close()
    },
  ],
  [
    'carries the spec it was opened with',
    () => {
      const sensor = open()
      must(sensor.spec.id === spec.id, 'the open sensor must know its own spec')
      sensor.close()
    },
  ],
  [
    'is independent of a second one that is opened and closed beside it',
    () => {
      const [first, second] = [open(), open()]
      readWell(second)
      second.close()
      readWell(first)
      first.close()
    },
  ],
  [
    'can be closed twice and says so when it is read afterwards',
    () => {
      const sensor = open()
      sensor.close()
      sensor.close()
      mustFail(sensor, 'once closed')
    },
  ],
]

const failureRules = (
  open: () => OpenSensor,
  fail: () => void,
  recover: () => void,
): [string, () => void][] => [
  [
    'reads NaN with a code while its device fails, and never throws',
    () => {
      const sensor = open()
      readWell(sensor)
      fail()
      try {
        mustFail(sensor, 'while the device fails')
        mustFail(sensor, 'while the device still fails')
      } finally {
        recover()
        sensor.close()
      }
    },
  ],
]

/**
 * The conformance suite for sensors, for any test runner: each rule is a named function that throws when the sensor
 * breaks it.
 *
 * @example
 * // In a test file of vitest, for a sensor of one's own:
 * const spec = packageCounter({ id: 'ours/package' })
 * const read = () => Number(readFileSync('/run/ours/energy_uj', 'latin1'))
 * const open = () => ({ spec, read, error: () => undefined, close: () => {} })
 * for (const [rule, verify] of testSensor({ spec, open })) it(rule, verify)
 */
export const testSensor = ({ spec, open, fail, recover }: SensorCheck): ReadonlyMap<string, () => void> =>
  new Map<string, () => void>([
    ['describes itself completely', () => checkSpec(spec)],
    ...(open ? readingRules(spec, open) : []),
    ...(open && fail && recover ? failureRules(open, fail, recover) : []),
  ])
