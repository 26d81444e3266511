import { describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import type { MachineFacts } from '../sensor.js'
import { gpuClassOf, gpuClassOfRenderer } from './gpu-class.js'
import { pageCpuModel, pageGpuModel } from './page-models.js'
import { BUSY_THREADS } from './page-usage.js'

const machine: MachineFacts = {
  cpuModel: 'unknown to a page',
  threads: 8,
  sockets: 1,
  memoryBytes: 0,
  virtual: false,
  energyFiltering: false,
}

/** Watts of a model at a number of busy threads. */
const wattsAt = ([idle, full]: readonly number[], busyThreads: number): number =>
  idle! + ((full! - idle!) * busyThreads) / machine.threads

describe('the models of a page', () => {
  it('take 8 W a thread of a computer and 2 W of a phone, always assumed and wide', () => {
    const computer = pageCpuModel(machine)
    expect(computer).toMatchObject({ tier: 'assumed', band: { low: 0.4, high: 2.5 } })
    expect(computer.wattsByUtilisation!.at(-1)).toBe(64)
    expect(pageCpuModel({ ...machine, isHandheld: true }).wattsByUtilisation!.at(-1)).toBe(16)
  })

  it('give the GPU its whole power when the page works, and none when it does not', () => {
    const { wattsByUtilisation, band } = pageGpuModel('discrete', machine.threads)!
    expect(wattsAt(wattsByUtilisation!, BUSY_THREADS)).toBeCloseTo(100, 9)
    expect(wattsAt(wattsByUtilisation!, 0)).toBe(0)
    expect(band.high / band.low).toBeGreaterThanOrEqual(25)
  })

  it('charge a GPU in software to the processor', () => {
    expect(pageGpuModel('software', machine.threads)).toBeUndefined()
  })

  it.each([
    ['nvidia', 'ada-lovelace', false, 'discrete'],
    ['intel', 'gen-12lp', false, 'integrated'],
    ['intel', 'xe-hpg', false, 'discrete'],
    ['apple', 'metal-3', false, 'integrated'],
    ['amd', 'rdna-2', false, 'unknown'],
    ['arm', 'valhall', false, 'handheld'],
    ['google', 'swiftshader', true, 'software'],
    ['', '', false, 'unknown'],
  ])('takes the adapter %s %s for what it is', (vendor, architecture, isFallback, expected) => {
    expect(gpuClassOf(vendor, architecture, isFallback)).toBe(expected)
  })
})

describe('a GPU by the renderer of WebGL', () => {
  it.each([
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)', 'software'],
    ['ANGLE (NVIDIA, NVIDIA GeForce RTX 4070 Direct3D11 vs_5_0 ps_5_0, D3D11)', 'discrete'],
    ['ANGLE (Intel, Intel(R) Iris(R) Xe Graphics Direct3D11)', 'integrated'],
    ['ANGLE (Intel, Intel(R) Arc(TM) A770 Graphics Direct3D11)', 'discrete'],
    ['ANGLE (Apple, ANGLE Metal Renderer: Apple M3, Unspecified Version)', 'integrated'],
    ['Adreno (TM) 740', 'handheld'],
    ['WebKit WebGL', 'unknown'],
  ])('%s', (renderer, expected) => {
    expect(gpuClassOfRenderer(renderer)).toBe(expected)
  })
})

describe('the contract of sensors', () => {
  it.each([...testSensor({ spec: pageCpuModel(machine) })])('the CPU model %s', (_, verify) => verify())
  it.each([...testSensor({ spec: pageGpuModel('unknown', 8)! })])('the GPU model %s', (_, verify) => verify())
})
