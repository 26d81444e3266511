import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceleratorRows } from '../data/accelerators.js'
import { cloudInstanceRows } from '../data/cloud-instances.js'
import { listedCpus } from '../data/cpu-power.js'
import { EpochwattError, OptionError } from '../errors.js'
import { estimate } from './estimate.js'
import type { EstimateOptions } from './estimate-options.js'

const CORES: EstimateOptions = {
  hours: 12,
  cores: 12,
  cpuWattsPerCore: 7.5,
  cpuUsage: 1,
  pue: 1,
  gridIntensity: 100,
}
const assumed = (options: EstimateOptions): readonly string[] =>
  estimate(options).assumptions.map(({ option }) => option)

describe('estimate', () => {
  it('gives the published figures for 12 h on 12 cores with 64 GB', () => {
    const { power_w, it_power_w, energy, carbon } = estimate({
      hours: 12,
      cores: 12,
      cpuWattsPerCore: 7.5,
      cpuUsage: 1,
      memoryGb: 64,
      pue: 1.56,
      gridIntensity: 231.12,
    })
    expect(power_w).toMatchObject({ unit: 'W' })
    expect(power_w.value).toBeCloseTo(177.5904, 9)
    expect(it_power_w.value).toBeCloseTo(113.84, 9)
    expect(energy.facility_kwh.value).toBeCloseTo(2.1310848, 9)
    expect(energy.total_kwh.value).toBeCloseTo(1.36608, 9)
    expect(carbon.operational_g.value).toBeCloseTo(492.5363, 4)
  })

  it('gives the published figures for 24 h on a GPU of 250 W', () => {
    const { energy, carbon } = estimate({ hours: 24, gpuWatts: 250, pue: 1, gridIntensity: 240.6 })
    expect(energy.total_kwh.value).toBeCloseTo(6, 12)
    expect(energy.facility_kwh.value).toBeCloseTo(6, 12)
    expect(carbon.operational_g.value).toBeCloseTo(1443.6, 9)
  })

  it.each<[string, EstimateOptions, number]>([
    ['all cores of a CPU by name', { hours: 1, cpu: 'AMD EPYC 7763 64-Core Processor' }, 280],
    ['some cores of it', { hours: 1, cpu: 'AMD EPYC 7763', cores: 16 }, 70],
    ['two of it', { hours: 1, cpu: 'AMD EPYC 7763', cpus: 2, cores: 16 }, 140],
    ['half use', { hours: 1, cpu: 'AMD EPYC 7763', cpuUsage: 0.5 }, 140],
    ['a CPU by name with other watts', { hours: 1, cpu: 'AMD EPYC 7763', cores: 10, cpuWattsPerCore: 5 }, 50],
    ['cores of an unknown CPU', { hours: 1, cores: 2 }, 24],
    ['an accelerator by its driver name', { hours: 1, gpu: 'NVIDIA A100-SXM4-80GB', gpus: 4 }, 1600],
    ['an accelerator at half use', { hours: 1, gpu: 'Tesla T4', gpuUsage: 0.5 }, 35],
    ['an accelerator by watts', { hours: 1, gpuWatts: 123, gpus: 2 }, 246],
    ['an unknown accelerator', { hours: 1, gpus: 3 }, 600],
    ['an instance', { hours: 1, instance: 'p4d.24xlarge' }, 3200],
    ['an instance whose GPUs are halves of boards', { hours: 1, instance: 'p2.8xlarge' }, 1200],
    [
      'an instance with cores and memory',
      { hours: 1, instance: 'g4dn.xlarge', cores: 2, memoryGb: 16 },
      70 + 24 + 5.96,
    ],
    ['memory', { hours: 1, memoryGb: 100 }, 37.25],
    ['memory by watts', { hours: 1, memoryGb: 100, memoryWattsPerGb: 0.5 }, 50],
  ])('counts %s', (_what, options, watts) => {
    const { it_power_w, energy } = estimate(options)
    expect(it_power_w.value).toBeCloseTo(watts, 9)
    expect(energy.total_kwh.value).toBeCloseTo(watts / 1000, 12)
  })

  it('says of hardware that was not named that it is not counted, rather than 0', () => {
    const { components, carbon } = estimate({ hours: 1, gpu: 'T4' })
    expect(components.cpu).toEqual({ reason: expect.stringContaining('no CPU was named') })
    expect(components.memory).toEqual({ reason: expect.stringContaining('memoryGb') })
    expect(components.gpu.power_w).toMatchObject({ value: 70 })
    expect(carbon.reason).toContain('no CPU was named')
  })

  it('names every value that was not stated, with its source', () => {
    const { assumptions } = estimate({ hours: 1, cpu: 'AMD EPYC 7763', gpu: 'T4', memoryGb: 8 })
    expect(assumptions.map(({ option }) => option).toSorted()).toEqual(
      [
        'cpuUsage',
        'cpuWattsPerCore',
        'cores',
        'cpus',
        'gpuUsage',
        'gpuWatts',
        'gpus',
        'gridIntensity',
        'memoryWattsPerGb',
        'pue',
        'repeats',
      ].toSorted(),
    )
    for (const { source } of assumptions) expect(source).toMatch(/\w{3}/)
    expect(assumptions.find(({ option }) => option === 'cpuWattsPerCore')).toMatchObject({
      value: 4.375,
      unit: 'W/core',
    })
  })

  it('assumes nothing where all is stated', () => {
    expect(
      assumed({
        ...CORES,
        cpus: 1,
        gpuWatts: 1,
        gpus: 1,
        gpuUsage: 1,
        memoryGb: 1,
        memoryWattsPerGb: 1,
        repeats: 2,
      }),
    ).toEqual([])
  })

  it.each<[string, EstimateOptions, number, string]>([
    ['the cloud region', { hours: 1, gpu: 'T4', cloud: 'aws:eu-north-1' }, 1.1, 'cloud-region'],
    ["the instance's provider", { hours: 1, instance: 'g4dn.xlarge', country: 'SE' }, 1.15, 'provider'],
    ['an unknown data centre for a board of servers', { hours: 1, gpu: 'T4' }, 1.58, 'unknown-data-centre'],
    [
      'an unknown data centre for a CPU of servers',
      { hours: 1, cpu: 'AMD EPYC 7763' },
      1.58,
      'unknown-data-centre',
    ],
    ['1 for a laptop', { hours: 1, cpu: 'Intel Core i7-8650U' }, 1, 'local'],
    ['1 for a board of desktops', { hours: 1, gpu: 'RTX 4090' }, 1, 'local'],
  ])('takes the PUE of %s', (_what, options, value, how) => {
    expect(estimate(options).pue).toMatchObject({ value, how })
  })

  it('takes the grid of the place, and the world loudly where there is none', () => {
    expect(
      estimate({ ...CORES, gridIntensity: undefined, country: 'SE' } as EstimateOptions).grid,
    ).toMatchObject({
      zone: 'SE',
      fallback: false,
      g_per_kwh: { value: 35.89 },
    })
    expect(estimate({ hours: 1, gpu: 'T4' }).grid).toMatchObject({ zone: 'WORLD', fallback: true })
  })

  it('counts the making of boards, and of the used part of the computer', () => {
    const hours = 35_040
    expect(estimate({ hours, gpu: 'H100 SXM', gpus: 8 }).carbon.embodied_g?.value).toBeCloseTo(8 * 164_000, 3)
    expect(estimate({ hours, gpus: 1 }).carbon.embodied_g).toMatchObject({ tier: 'assumed' })
    expect(estimate({ hours, gpus: 1 }).carbon.embodied_g?.value).toBeCloseTo(150_000, 3)
    expect(estimate({ hours, instance: 'p2.xlarge' }).carbon.embodied_g?.value).toBeCloseTo(75_000, 3)
    expect(estimate({ hours, cpu: 'AMD EPYC 7763', cores: 16 }).carbon.embodied_g?.value).toBeCloseTo(
      625_000,
      3,
    )
    // Of a cloud's host by threads: not by cores as well.
    const rented = estimate({ hours, cpu: 'AMD EPYC 7763', cores: 16, cloud: 'aws:eu-north-1' })
    expect(rented.carbon.embodied_g?.value).toBeCloseTo((2_500_000 * 32) / 128, 3)
    expect(estimate({ hours, cpu: 'AMD EPYC 7763', cpus: 2 }).carbon.embodied_g?.value).toBeCloseTo(
      2_500_000,
      3,
    )
    expect(estimate({ hours, cpu: 'AMD EPYC 7763', cpus: 10 }).carbon.embodied_g?.value).toBeCloseTo(
      12_500_000,
      3,
    )
    expect(estimate({ hours, memoryGb: 1 }).carbon).not.toHaveProperty('embodied_g')
  })

  it('multiplies energy and carbon by the repeats, but not power', () => {
    const once = estimate({ ...CORES, gpu: 'T4' })
    const often = estimate({ ...CORES, gpu: 'T4', repeats: 10 })
    expect(often.power_w).toEqual(once.power_w)
    expect(often.energy.facility_kwh.value).toBeCloseTo(10 * once.energy.facility_kwh.value, 9)
    expect(often.carbon.total_g.value).toBeCloseTo(10 * once.carbon.total_g.value, 6)
  })

  it('knows more where more is stated', () => {
    const spread = ({ it_power_w: { low, high } }: ReturnType<typeof estimate>) => high / low
    const model = estimate({ hours: 1, gpu: 'T4' })
    const usage = estimate({ hours: 1, gpu: 'T4', gpuUsage: 0.7 })
    const watts = estimate({ hours: 1, gpuWatts: 60, gpuUsage: 1 })
    const nothing = estimate({ hours: 1, gpus: 1 })
    expect(spread(watts)).toBeLessThan(spread(usage))
    expect(spread(usage)).toBeLessThan(spread(model))
    expect(spread(model)).toBeLessThan(spread(nothing))
    expect([watts, usage, model, nothing].map(({ it_power_w }) => it_power_w.tier)).toEqual([
      'modelled',
      'modelled',
      'assumed',
      'assumed',
    ])
  })

  it('leaves room for idle power where a device is hardly used', () => {
    const { it_power_w } = estimate({ hours: 1, gpuWatts: 300, gpuUsage: 0.01 })
    expect(it_power_w.value).toBeCloseTo(3, 9)
    expect(it_power_w.high).toBeGreaterThan(0.15 * 300)
    expect(estimate({ hours: 1, gpuWatts: 300, gpuUsage: 0 }).it_power_w).toMatchObject({ value: 0, low: 0 })
    expect(estimate({ hours: 1, gpuWatts: 300, gpuUsage: 0 }).it_power_w.high).toBeGreaterThan(40)
  })

  it.each<[string, EstimateOptions, RegExp]>([
    ['no hours', {} as EstimateOptions, /"hours"/],
    ['zero hours', { hours: 0, gpus: 1 }, /"hours" is 0/],
    ['endless hours', { hours: Number.POSITIVE_INFINITY, gpus: 1 }, /"hours" is Infinity/],
    [
      'a usage in percent',
      { hours: 1, gpus: 1, gpuUsage: 80 },
      /"gpuUsage" is 80; accepted: a share from 0 to 1/,
    ],
    ['negative memory', { hours: 1, memoryGb: -1 }, /"memoryGb"/],
    ['a number as a text', { hours: 1, gpus: '2' } as unknown as EstimateOptions, /"gpus" is "2"/],
    ['a PUE below 1', { hours: 1, gpus: 1, pue: 0.9 }, /"pue"/],
    ['an intensity in lb/MWh', { hours: 1, gpus: 1, gridIntensity: 2000 }, /"gridIntensity".*0\.45359237/],
    [
      'a name that stands for several boards',
      { hours: 1, gpu: 'A100' },
      /did you mean "A100 SXM4 80GB" or "A100 SXM4 40GB"/,
    ],
    ['a misspelt board', { hours: 1, gpu: 'RTX 409' }, /did you mean "GeForce RTX 4090"/],
    ['an unlisted CPU', { hours: 1, cpu: 'AMD EPYC 7764' }, /did you mean "AMD EPYC 77/],
    ['an unlisted instance', { hours: 1, instance: 'p4d.24xlarg' }, /did you mean "p4d\.24xlarge"/],
    [
      'an instance of another provider',
      { hours: 1, instance: 'p4d.24xlarge', cloud: 'gcp:europe-west9' },
      /a region of aws/,
    ],
    [
      'an instance and accelerators',
      { hours: 1, instance: 'p4d.24xlarge', gpus: 4 },
      /"gpus".*8 × A100 SXM4 40GB/,
    ],
    [
      'more cores than the CPU has',
      { hours: 1, cpu: 'AMD EPYC 7763', cores: 65 },
      /"cores" is 65; accepted: at most the 64/,
    ],
    ['watts of nothing', { hours: 1, gpus: 1, cpuWattsPerCore: 5 }, /"cpuWattsPerCore".*beside "cores"/],
    [
      'memory watts of nothing',
      { hours: 1, gpus: 1, memoryWattsPerGb: 5 },
      /"memoryWattsPerGb".*beside "memoryGb"/,
    ],
    ['CPUs of no kind', { hours: 1, gpus: 1, cpus: 2 }, /"cpus".*"cpu" or "cores"/],
    ['an unknown place', { hours: 1, gpus: 1, country: 'Swedn' }, /"country".*Sweden/],
  ])('refuses %s', (_what, options, message) => {
    expect(() => estimate(options)).toThrow(OptionError)
    expect(() => estimate(options)).toThrow(message)
  })

  it('refuses unknown options and missing hardware', () => {
    expect(() => estimate({ hours: 1, gpuCount: 1 } as EstimateOptions)).toThrow(
      /Unknown option "gpuCount".*gpu/,
    )
    expect(() => estimate({ hours: 1 })).toThrow(/No hardware was named/)
    expect(() => estimate({ hours: 1 })).toThrow(EpochwattError)
  })

  it('can be made of everything in the tables', () => {
    for (const { name, watts } of acceleratorRows())
      expect(estimate({ ...CORES, gpu: name }).components.gpu.power_w?.value, name).toBe(watts)
    for (const { type } of cloudInstanceRows())
      expect(estimate({ hours: 1, instance: type }).power_w.value).toBeGreaterThan(0)
    // Every hundredth, since looking one up takes about a millisecond.
    for (const { model, tdpWatts } of listedCpus().filter((_, index) => index % 100 === 0))
      expect(estimate({ hours: 1, cpu: model }).it_power_w.value, model).toBeCloseTo(tdpWatts, 9)
  })

  const part = fc.double({ min: 0.01, max: 1000, noNaN: true })
  const share = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1, noNaN: true }))

  it.each<[string, EstimateOptions, number]>([
    ['the threads of an Intel server', { hours: 1, instance: 'm6i.xlarge' }, 4 * 3.878],
    ['the mean of two generations', { hours: 1, instance: 'm5.large' }, 4.179 + 4.048],
    [
      'idle power and a share of the rest',
      { hours: 1, instance: 'c6a.large', cpuUsage: 0.5 },
      (2 * (0.424 + 1.916)) / 2,
    ],
    ['two threads for a vCPU that is a whole core', { hours: 1, instance: 't2d-standard-4' }, 8 * 1.916],
    ['what stands in for Graviton', { hours: 1, instance: 'c7g.large' }, 2 * 1.693],
    ["a provider's average", { hours: 1, instance: 'e2-standard-4' }, 4 * 4.11],
    [
      'an attached accelerator',
      { hours: 1, instance: 'n1-standard-4', gpu: 'T4' },
      70 + (4 * (7.923 + 5.458 + 3.833 + 3.091 + 4.179)) / 5,
    ],
  ])('counts %s of an instance without accelerators', (_what, options, watts) => {
    const { it_power_w, components, pue, location } = estimate(options)
    expect(it_power_w.value).toBeCloseTo(watts, 9)
    expect(it_power_w.tier).toBe('assumed')
    expect(components.memory.reason).toContain('memory is in them')
    const { low, value, high } = components.cpu.power_w!
    expect(high / value).toBeGreaterThanOrEqual(2.5)
    expect(value / low).toBeGreaterThanOrEqual(2.5)
    expect(pue.how).toBe('provider')
    expect(location.provider).toBeDefined()
  })

  it('says of an instance without accelerators what it took it for', () => {
    const { assumptions, carbon } = estimate({
      hours: 35_040,
      instance: 'Standard_D4s_v5',
      cloud: 'azure:swedencentral',
    })
    expect(assumptions.map(({ option }) => option)).toEqual([
      'instance',
      'instance',
      'cpuUsage',
      'repeats',
      'pue',
      'gridIntensity',
    ])
    expect(assumptions[0]).toMatchObject({
      value: '4 vCPUs and 16 GiB',
      source: expect.stringContaining('Azure'),
    })
    expect(assumptions[1]!.source).toContain('SPECpower')
    // 4 of the 128 threads of a usual host.
    expect(carbon.embodied_g!.value).toBeCloseTo((2_500_000 * 4) / 128, 3)
  })

  it.each<[string, EstimateOptions, RegExp]>([
    ['cores', { hours: 1, instance: 'm5.large', cores: 2 }, /"cores".*m5\.large has 2 vCPUs and 8 GiB/],
    ['memory', { hours: 1, instance: 'm5.large', memoryGb: 8 }, /"memoryGb".*memory included/],
    ['accelerators', { hours: 1, instance: 'm5.large', gpus: 1 }, /"gpus".*m5\.large has no accelerators/],
    ['another provider', { hours: 1, instance: 'm5.large', cloud: 'gcp:europe-west9' }, /a region of aws/],
  ])('refuses %s beside an instance without accelerators', (_what, options, message) => {
    expect(() => estimate(options)).toThrow(message)
  })

  it('names the families that it knows where it does not know an instance', () => {
    const wrong = (instance: string) => () => estimate({ hours: 1, instance })
    expect(wrong('m9.large')).toThrow(/"m9\.large".*of aws, e\.g\. "m5\.large", of the families .*m7g/)
    expect(wrong('Standard_Z4_v9')).toThrow(/of azure, e\.g\. "Standard_D4s_v5", of the families D v3/)
    expect(wrong('e2-micro')).toThrow(/of gcp, e\.g\. "n2-standard-4", of the families .*t2d/)
    expect(wrong('large')).toThrow(/such as "m5\.large", "Standard_D4s_v5", "n2-standard-4"/)
  })

  it('is proportional to time, and its bounds hold its value', () => {
    fc.assert(
      fc.property(
        fc.record(
          { hours: part, cores: part, cpuUsage: share, gpus: part, gpuUsage: share, memoryGb: part },
          { requiredKeys: ['hours', 'cores'] },
        ),
        options => {
          const one = estimate(options as EstimateOptions)
          const two = estimate({ ...options, hours: options.hours * 2 } as EstimateOptions)
          expect(two.energy.total_kwh.value).toBeCloseTo(2 * one.energy.total_kwh.value, 6)
          for (const figure of [
            one.power_w,
            one.it_power_w,
            one.energy.total_kwh,
            one.energy.facility_kwh,
            one.carbon.operational_g,
            one.carbon.total_g,
          ]) {
            expect(0 <= figure.low && figure.low <= figure.value && figure.value <= figure.high).toBe(true)
            expect(Number.isFinite(figure.high)).toBe(true)
          }
          expect(one.energy.facility_kwh.value).toBeGreaterThanOrEqual(one.energy.total_kwh.value)
        },
      ),
    )
  })

  it('never takes less for more hardware', () => {
    fc.assert(
      fc.property(part, part, share, (cores, more, cpuUsage) => {
        const less = estimate({ ...CORES, cores, cpuUsage })
        expect(estimate({ ...CORES, cores: cores + more, cpuUsage }).power_w.value).toBeGreaterThanOrEqual(
          less.power_w.value,
        )
        expect(estimate({ ...CORES, cores, cpuUsage, memoryGb: more }).power_w.value).toBeGreaterThan(
          less.power_w.value,
        )
      }),
    )
  })
})
