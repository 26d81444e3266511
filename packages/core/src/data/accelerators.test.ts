import { describe, expect, it } from 'vitest'
import { acceleratorRows, findAccelerator, isServerAccelerator } from './accelerators.js'
import { cloudInstanceRows, findCloudInstance } from './cloud-instances.js'
import { cloudRegionRows } from './cloud-regions.js'

describe('findAccelerator', () => {
  it.each([
    ['A100 SXM4 80GB', 'A100 SXM4 80GB', 400],
    ['NVIDIA A100-SXM4-80GB', 'A100 SXM4 80GB', 400],
    ['nvidia a100 sxm4 80 gb', 'A100 SXM4 80GB', 400],
    ['NVIDIA H100 80GB HBM3', 'H100 SXM5 80GB', 700],
    ['Tesla T4', 'T4 16GB', 70],
    ['T4', 'T4 16GB', 70],
    ['RTX 4090', 'GeForce RTX 4090', 450],
    ['NVIDIA GeForce RTX 4090', 'GeForce RTX 4090', 450],
    ['NVIDIA RTX 6000 Ada Generation', 'RTX 6000 Ada', 300],
    ['AMD Instinct MI300X', 'Instinct MI300X', 750],
    ['tpu-v4', 'TPU v4', 192],
    // Both sizes are boards of 400 W and 150 kg, so the size need not be known.
    ['A100 SXM4', 'A100 SXM4 80GB', 400],
  ])('knows %s', (name, row, watts) => {
    expect(findAccelerator(name)).toMatchObject({ name: row, watts })
  })

  it.each(['A100', 'H100', 'V100', 'A10000', '', 'GPU', 'Ryzen'])('does not guess at %j', name => {
    expect(findAccelerator(name)).toBeUndefined()
  })

  it('finds every row and every alias that is written for one board', () => {
    for (const row of acceleratorRows()) {
      expect(findAccelerator(row.name)?.watts, row.name).toBe(row.watts)
      for (const alias of row.aliases) expect(findAccelerator(alias)?.watts, alias).toBe(row.watts)
    }
  })

  it('tells boards of servers from those under desks', () => {
    const isServer = (name: string) => isServerAccelerator(findAccelerator(name)!)
    for (const name of ['T4', 'H100 SXM', 'TPU v4', 'Instinct MI300X', 'Radeon Pro V520', 'K80'])
      expect(isServer(name), name).toBe(true)
    for (const name of ['RTX 4090', 'Jetson Nano', 'Apple M1', 'Quadro P4000', 'Arc A750'])
      expect(isServer(name), name).toBe(false)
  })
})

describe('tables of accelerators and instances', () => {
  it('hold possible watts and footprints', () => {
    for (const { name, watts, embodiedKilograms, embodiedSource } of acceleratorRows()) {
      expect(watts > 0 && watts <= 1500, name).toBe(true)
      expect(embodiedKilograms === undefined, name).toBe(embodiedSource === undefined)
      if (embodiedKilograms !== undefined)
        expect(embodiedKilograms > 10 && embodiedKilograms < 1000, name).toBe(true)
    }
  })

  it('name accelerators and providers that exist', () => {
    const providers = new Set(cloudRegionRows().map(({ provider }) => provider))
    for (const { type, provider, accelerator, boards, gpus } of cloudInstanceRows()) {
      expect(providers).toContain(provider)
      expect(findAccelerator(accelerator)?.name, type).toBe(accelerator)
      expect(boards === gpus || boards === gpus / 2, type).toBe(true)
    }
  })

  it('are looked up in any case', () => {
    expect(findCloudInstance('standard_nd96asr_v4')).toMatchObject({ provider: 'azure', gpus: 8 })
    expect(findCloudInstance('p2.8xlarge')).toMatchObject({ gpus: 8, boards: 4 })
    expect(findCloudInstance('m5.large')).toBeUndefined()
  })
})
