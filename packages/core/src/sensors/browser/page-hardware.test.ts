import { describe, expect, it } from 'vitest'
import { readLateHardware, readPageHardware } from './page-hardware.js'

describe('what a page is told about its machine', () => {
  it('comes from client hints where there are any', () => {
    const brands = [
      { brand: 'Not.A/Brand', version: '8' },
      { brand: 'Chromium', version: '156' },
      { brand: 'Opera', version: '130' },
    ]
    expect(
      readPageHardware({
        hardwareConcurrency: 8,
        deviceMemory: 16,
        userAgentData: { mobile: true, platform: 'Android', brands },
      }),
    ).toEqual({ threads: 8, memoryGb: 16, isHandheld: true, browser: 'Opera 130', platform: 'Android' })
  })

  it('comes from the user agent elsewhere, and is one thread where nothing is said', () => {
    const userAgent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1'
    expect(readPageHardware({ userAgent })).toEqual({ threads: 1, isHandheld: true, browser: 'Safari 19' })
    expect(readPageHardware({})).toEqual({ threads: 1, isHandheld: false })
  })

  it('has no battery where one is full and on the mains, as every desktop claims', async () => {
    const full = async () => ({ charging: true, level: 1, chargingTime: 0 })
    expect(await readLateHardware({ getBattery: full })).toEqual({ gpu: 'unknown' })
    const draining = async () => ({ charging: false, level: 0.5, chargingTime: Number.POSITIVE_INFINITY })
    expect(await readLateHardware({ getBattery: draining })).toMatchObject({
      battery: 'discharging',
      batteryLevel: 0.5,
    })
  })

  it('names its GPU by WebGL where there is no WebGPU', async () => {
    const gpu = { requestAdapter: async () => null }
    expect(await readLateHardware({ gpu }, () => 'Mali-G78')).toEqual({
      gpu: 'handheld',
      gpuName: 'Mali-G78',
    })
  })

  it('stays unknown where the page may not ask', async () => {
    const refuse = async () => {
      throw new Error('not allowed')
    }
    expect(await readLateHardware({ getBattery: refuse, gpu: { requestAdapter: refuse } })).toEqual({
      gpu: 'unknown',
    })
  })
})
