import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { createSyntheticMachine, intelServerZones, type SyntheticMachine } from '@epochwatt/testing'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import { probeEnvironment } from '../environment.js'
import { openSensors } from '../openers.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { openPowercap } from './open-powercap.js'
import { powercapProvider } from './powercap-provider.js'

const specOf = (machine: SyntheticMachine, id: string): SensorSpec => {
  const { sensors } = powercapProvider.probe(probeEnvironment(machine.env), {})
  return sensors.find(sensor => sensor.id === id)!
}

describe('the contract of sensors', () => {
  const machine = createSyntheticMachine({ zones: intelServerZones(1) })
  const environment = probeEnvironment(machine.env)
  const spec = specOf(machine, 'powercap/package-0')
  afterAll(() => machine.dispose())

  const failing = {
    spec,
    fail: () => machine.breakFile('package-0', 'garbage'),
    recover: () => machine.repairFile('package-0'),
  }
  it.each([...testSensor({ ...failing, open: () => openPowercap(spec) })])('is kept: %s', (_, verify) =>
    verify(),
  )
  it.each([...testSensor({ ...failing, open: () => openSensors([spec], environment)[0]! })])(
    'is kept by a sensor that reopens: %s',
    (_, verify) => verify(),
  )
})

describe('an open powercap sensor', () => {
  let machine: SyntheticMachine
  let nowMs: number
  beforeEach(() => {
    machine = createSyntheticMachine({ zones: intelServerZones(2), cpu: { sockets: 2 } })
    nowMs = 0
  })
  afterEach(() => machine.dispose())

  const openOne = (id: string): OpenSensor => {
    const environment = probeEnvironment(machine.env)
    return openSensors([specOf(machine, id)], environment, { now: () => nowMs })[0]!
  }

  it('shows exactly what the kernel shows, wraps included and not put back', () => {
    const zones = intelServerZones(1).map(zone => ({ ...zone, startTicks: 2 ** 32 - 10 }))
    const wrapping = createSyntheticMachine({ zones })
    try {
      const spec = specOf(wrapping, 'powercap/package-0')
      const sensor = openPowercap(spec)
      const before = sensor.read()
      wrapping.advance(1)
      const after = sensor.read()
      expect(after).toBeLessThan(before)
      expect(after - before + spec.wrapRaw!).toBe(wrapping.visibleMicrojoules('package-0', 0, 1))
      sensor.close()
    } finally {
      wrapping.dispose()
    }
  })

  it.each(['garbage', 'empty', 'missing'] as const)(
    'reads NaN while its file is %s, and the next good value after',
    fault => {
      const sensor = openOne('powercap/package-0')
      const before = sensor.read()
      machine.breakFile('package-0', fault)
      expect(sensor.read()).toBeNaN()
      expect(sensor.error()).toMatch(/^E/)
      machine.advance(10)
      machine.repairFile('package-0')
      nowMs += 1000
      expect(sensor.read() - before).toBe(machine.visibleMicrojoules('package-0', 0, 10))
      expect(sensor.error()).toBeUndefined()
      sensor.close()
    },
  )

  it('follows a zone that vanishes and comes back, asking for it at most once a second', () => {
    const sensor = openOne('powercap/package-1')
    const before = sensor.read()
    machine.removeZone('package-1')
    expect(sensor.read()).toBeNaN()
    machine.advance(30)
    machine.restoreZone('package-1')
    nowMs = 999
    expect(sensor.read()).toBeNaN()
    nowMs = 1000
    expect(sensor.read() - before).toBe(machine.visibleMicrojoules('package-1', 0, 30))
    sensor.close()
  })

  it('never takes another zone for its own when zones are renumbered', () => {
    const sensor = openOne('powercap/package-0')
    expect(sensor.read()).not.toBeNaN()
    machine.removeZone('package-0')
    machine.removeZone('package-1')
    machine.restoreZone('package-1', { address: 'intel-rapl:0' })
    nowMs = 5000
    expect(sensor.read()).toBeNaN()
    expect(sensor.error()).toBe('ENODEV')
    sensor.close()
  })

  it('that cannot be opened at the start is tried again later', () => {
    const environment = probeEnvironment(machine.env)
    const spec = specOf(machine, 'powercap/package-0')
    machine.removeZone('package-0')
    const sensor = openSensors([spec], environment, { now: () => nowMs })[0]!
    expect(sensor.read()).toBeNaN()
    machine.restoreZone('package-0')
    nowMs = 1000
    expect(sensor.read()).toBeGreaterThanOrEqual(0)
    sensor.close()
    expect(sensor.read()).toBeNaN()
  })

  it('reports an input error of the device by its code', () => {
    machine.breakFile('package-0', 'io-error')
    const path = join(machine.sysfsRoot, 'class/powercap/intel-rapl:0')
    const sensor = openPowercap({
      ...specOf(machine, 'powercap/package-1'),
      settings: { directory: path, name: 'package-0' },
    })
    expect(sensor.read()).toBeNaN()
    expect(sensor.error()).toBe('EIO')
    sensor.close()
  })

  it('keeps the old file when one is renamed over it: files must be rewritten in place', () => {
    // Guards the assumption that the synthetic machine stands on.
    const sensor = openOne('powercap/package-0')
    const before = sensor.read()
    const file = join(machine.sysfsRoot, 'class/powercap/intel-rapl:0/energy_uj')
    renameSync(join(machine.sysfsRoot, 'class/powercap/intel-rapl:1/energy_uj'), file)
    expect(sensor.read()).toBe(before)
    sensor.close()
  })
})
