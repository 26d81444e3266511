import { describe, expect, it } from 'vitest'
import { OptionError } from '../../errors.js'
import { testSensor } from '../../testing/test-sensor.js'
import type { MeterOption } from './meter-option.js'
import { openMeter } from './open-meter.js'
import { readMeters } from './read-meters.js'

const url = 'http://127.0.0.1:1'
const refusal = (meters: readonly unknown[], environment = {}): string => {
  try {
    readMeters(meters, 'meters', environment)
  } catch (error) {
    if (error instanceof OptionError) return error.message
    throw error
  }
  throw new Error('it was accepted')
}

const EVERY_TYPE: readonly MeterOption[] = [
  { type: 'constant', watts: 120 },
  { type: 'shelly-gen1', url },
  { type: 'shelly-gen2', url, energy: true },
  { type: 'tasmota', url, channel: 1 },
  { type: 'home-assistant', url, entity: 'sensor.rack_power', token: 'x' },
  { type: 'http-json', url, path: 'a.b', unit: 'kW' },
  { type: 'prometheus', url, metric: 'node_watts', unit: 'W' },
  { type: 'kepler', url },
  { type: 'scaphandre', url },
  { type: 'dcgm-exporter', url },
  { type: 'ipmi' },
  { type: 'redfish', url, username: 'u', password: 'p' },
]

describe('meters as options', () => {
  it('are checked, with the key and what is accepted there', () => {
    expect(refusal([{ type: 'shelly' }])).toMatch(
      /"meters\[0\]\.type" is "shelly"; accepted: constant, shelly-gen1/,
    )
    expect(refusal([{ type: 'constant', watts: -1 }])).toBe(
      'Option "meters[0].watts" is -1; accepted: watts from 0 to 1000000.',
    )
    expect(refusal([{ type: 'constant' }])).toContain('"meters[0].watts"')
    expect(refusal([{ type: 'shelly-gen2', url: 'ftp://x' }])).toContain('begins with http:// or https://')
    expect(refusal([{ type: 'ipmi' }, { type: 'kepler', url, everyMs: 1 }])).toContain(
      '"meters[1].everyMs" is 1; accepted: milliseconds from 200 to 600000',
    )
    expect(refusal([{ type: 'http-json', url, path: 'a[x]', unit: 'W' }])).toContain('meters[0].path')
    expect(refusal([{ type: 'home-assistant', url, entity: 'power' }])).toContain('sensor.rack_power')
    expect(refusal([{ type: 'kepler', url, covers: ['fans'] }])).toContain(
      'parts of: cpu, memory, gpu, other',
    )
    expect(refusal([7])).toContain('meters[0].type')
  })

  it('never show a secret in a message', () => {
    const secret = 'hunter2'
    for (const meters of [
      [{ type: 'shelly-gen1', url, password: secret, pasword: secret }],
      [{ type: 'shelly-gen1', url: `http://me:${secret}@host/` }],
      [{ type: 'shelly-gen1', url, token: { secret } }],
      [{ type: 'redfish', url, username: 'root', password: ` ${secret} `, channel: secret }],
    ]) {
      expect(refusal(meters)).not.toContain(secret)
    }
  })

  it('take secrets from the environment variable that they name, and want it set', () => {
    const meter = { type: 'home-assistant', url, entity: 'sensor.a', tokenFrom: 'HA_TOKEN' }
    const [spec] = readMeters([meter], 'meters', { HA_TOKEN: 'abc' })
    expect(spec!.settings).toMatchObject({ question: { http: { headers: { authorization: 'Bearer abc' } } } })
    expect(refusal([meter])).toContain('the name of an environment variable that is set')
  })

  it('have a user only together with a password', () => {
    expect(refusal([{ type: 'redfish', url, username: 'root' }])).toContain('password or passwordFrom')
  })

  it('keep addresses and secrets in the settings, which are written nowhere', () => {
    for (const spec of readMeters(EVERY_TYPE)) {
      const { settings, ...written } = spec
      expect(settings).toBeDefined()
      expect(JSON.stringify(written)).not.toMatch(/127\.0\.0\.1|"x"|password/)
    }
  })

  it('get names of their own', () => {
    const ids = (meters: readonly MeterOption[]) => readMeters(meters).map(({ id }) => id)
    expect(
      ids([
        { type: 'shelly-gen2', url },
        { type: 'shelly-gen2', url },
      ]),
    ).toEqual(['meter/shelly-gen2', 'meter/shelly-gen2-2'])
    expect(
      refusal([
        { type: 'ipmi', name: 'a' },
        { type: 'ipmi', name: 'a' },
      ]),
    ).toContain('no other meter has')
  })

  it('may see the same parts, or some of them only, but must not cross', () => {
    expect(
      readMeters([
        { type: 'shelly-gen2', url },
        { type: 'shelly-gen2', url },
      ]),
    ).toHaveLength(2)
    expect(
      readMeters([
        { type: 'shelly-gen2', url },
        { type: 'dcgm-exporter', url },
      ]),
    ).toHaveLength(2)
    expect(
      refusal([
        { type: 'constant', watts: 1, covers: ['cpu', 'gpu'] },
        { type: 'kepler', url },
      ]),
    ).toContain('count twice')
  })

  it('are booked under their part, or under "other" where they see everything', () => {
    expect(readMeters(EVERY_TYPE).map(({ component, domain }) => `${component} ${domain}`)).toEqual([
      ...Array.from({ length: 7 }, () => 'other wall'),
      'cpu platform',
      'cpu platform',
      'gpu gpu',
      'other wall',
      'other wall',
    ])
  })
})

describe('the contract of sensors', () => {
  const specs = readMeters(EVERY_TYPE)
  for (const spec of specs) {
    it.each([...testSensor({ spec })])(`${spec.id} %s`, (_, verify) => verify())
  }
  it.each([...testSensor({ spec: specs[0]!, open: () => openMeter(specs[0]!) })])(
    'the constant %s',
    (_, verify) => verify(),
  )
})
