import { createSyntheticMachine, intelServerZones, type SyntheticMachine } from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import { probeEnvironment } from '../environment.js'
import { openSensors } from '../openers.js'
import type { OpenSensor } from '../sensor.js'
import { openPowercap } from './open-powercap.js'
import { powercapProvider } from './powercap-provider.js'

let machine: SyntheticMachine
let nowMs = 0

beforeEach(() => {
  machine = createSyntheticMachine({ zones: intelServerZones(2), cpu: { sockets: 2 } })
  nowMs = 0
})
afterEach(() => machine.dispose())

const discover = (id = 'powercap/package-0') => {
  const environment = probeEnvironment(machine.env)
  const spec = powercapProvider.probe(environment, {}).sensors.find(sensor => sensor.id === id)!
  return { environment, spec }
}

const openOne = (id?: string): OpenSensor => {
  const { environment, spec } = discover(id)
  return openSensors([spec], environment, { now: () => nowMs })[0]!
}

describe('a powercap sensor', () => {
  describe('obeys the contract of sensors', () => {
    const suite = (rule: string, verify: (rules: ReadonlyMap<string, () => void>) => void) => it(rule, () => {
      const { spec } = discover()
      verify(
        testSensor({
          spec,
          open: () => openPowercap(spec),
          fail: () => machine.breakFile('package-0', 'garbage'),
          recover: () => machine.repairFile('package-0'),
        }),
      )
    })
    for (const rule of RULES) suite(rule, rules => rules.get(rule)!())
  })
})
