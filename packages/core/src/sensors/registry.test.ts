import { createSyntheticMachine, intelServerZones } from '@epochwatt/testing'
import { describe, expect, it } from 'vitest'
import { testSensor } from '../testing/test-sensor.js'
import { probeEnvironment } from './environment.js'
import { discoverSensors } from './registry.js'

describe('discovery', () => {
  it('finds instruments and models, instruments first', () => {
    const machine = createSyntheticMachine({ zones: intelServerZones(1) })
    const { sensors, unavailable } = discoverSensors(probeEnvironment(machine.env))
    machine.dispose()
    expect(sensors.map(({ id }) => id)).toEqual([
      'powercap/package-0',
      'powercap/package-0/dram',
      'model/cpu',
      'model/memory',
    ])
    expect(unavailable.map(({ id }) => id)).toEqual(['hwmon', 'nvidia'])
  })

  it('always has a model, and says what is missing', () => {
    const environment = { ...probeEnvironment({}), sysfsRoot: '/nowhere', platform: 'linux' as const }
    const { sensors, unavailable } = discoverSensors(environment)
    expect(sensors.map(({ id }) => id)).toEqual(['model/cpu', 'model/memory'])
    expect(unavailable.map(({ id }) => id)).toEqual(['powercap', 'hwmon', 'nvidia'])
  })

  it('turns a provider that throws into a broken sensor instead of throwing', () => {
    const environment = probeEnvironment({})
    const poisoned = {
      ...environment,
      get sysfsRoot(): string {
        throw new Error('the file system is on fire')
      },
    }
    const { sensors, unavailable } = discoverSensors(poisoned)
    expect(sensors.map(({ id }) => id)).toContain('model/cpu')
    expect(unavailable).toContainEqual(
      expect.objectContaining({
        id: 'powercap',
        state: 'broken',
        reason: expect.stringContaining('on fire'),
      }),
    )
  })

  describe('on this machine gives sensors that describe themselves completely', () => {
    for (const spec of discoverSensors(probeEnvironment({})).sensors) {
      it.each([...testSensor({ spec })])(`${spec.id} %s`, (_, verify) => verify())
    }
  })
})
