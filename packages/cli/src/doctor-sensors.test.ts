import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnosis } from '@epochwatt/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { callMain } from './testing/call-main.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-doctor-'))

beforeAll(() => {
  const firmware = join(root, 'sys/class/dmi/id')
  mkdirSync(firmware, { recursive: true })
  writeFileSync(join(firmware, 'sys_vendor'), 'Amazon EC2\n')
  writeFileSync(join(firmware, 'product_name'), 'g5.xlarge\n')
  vi.stubEnv('EPOCHWATT_SYSFS_ROOT', join(root, 'sys'))
  vi.stubEnv('EPOCHWATT_OFFLINE', '0')
  vi.stubEnv(
    'EPOCHWATT_METERS',
    JSON.stringify([
      { type: 'constant', watts: 120, name: 'box', covers: ['cpu', 'memory', 'other'] },
      { type: 'dcgm-exporter', url: 'http://127.0.0.1:9', everyMs: 200 },
    ]),
  )
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

const doctor = async (...args: string[]): Promise<string> =>
  (await callMain(['doctor', '--dir', root, ...args])).out

describe('doctor', () => {
  it('shows meters, rented machines and what is wrong with them', async () => {
    const [json, page] = await Promise.all([doctor('--json'), doctor()])
    const text = page.replace(/\s+/g, ' ')
    const { sensors, machine } = JSON.parse(json) as Diagnosis
    const of = (id: string) => sensors.find(sensor => sensor.id === id)
    expect(of('meter/box')).toMatchObject({ state: 'used', tier: 'assumed' })
    expect(of('meter/box')!.watts).toBeCloseTo(120, 0)
    expect(of('model/cpu')).toMatchObject({ state: 'superseded' })
    expect(of('meter/dcgm-exporter')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the connection was refused'),
      remedy: expect.stringContaining('curl'),
    })
    expect(of('cloud/accelerators')).toMatchObject({
      state: 'used',
      method: expect.stringContaining('g5.xlarge'),
    })
    expect(machine.cloud).toEqual({ provider: 'aws', instanceType: 'g5.xlarge' })
    expect(text).toContain('rented from aws as g5.xlarge')
    expect(text).toContain('the connection was refused')
    expect(text).not.toContain('127.0.0.1')
  })
})
