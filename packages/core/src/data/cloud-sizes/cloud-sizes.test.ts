import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudInstanceRows } from '../cloud-instances.js'
import { architecturePower } from '../cpu-power.js'
import { CLOUD_SIZES, readCloudSize } from './read-cloud-size.js'

describe('the name of an instance type', () => {
  // As the providers' own tables of types have them.
  it.each<[type: string, vcpus: number, gib: number | undefined, architecture: string]>([
    ['m5.large', 2, 8, 'Skylake'],
    ['m5.xlarge', 4, 16, 'Skylake'],
    ['m5.24xlarge', 96, 384, 'Cascade Lake'],
    ['m5a.4xlarge', 16, 64, 'EPYC 1st Gen'],
    ['m4.10xlarge', 40, 160, 'Haswell'],
    ['m6i.32xlarge', 128, 512, 'Ice Lake'],
    ['m6g.medium', 1, 4, 'Graviton2'],
    ['m7g.16xlarge', 64, 256, 'Graviton3'],
    ['m7a.medium', 1, 4, 'EPYC 4th Gen'],
    ['m7i-flex.large', 2, 8, 'Sapphire Rapids'],
    ['m7i.metal-24xl', 96, 384, 'Sapphire Rapids'],
    ['m8g.48xlarge', 192, 768, 'Graviton4'],
    ['c4.8xlarge', 36, 60, 'Haswell'],
    ['c4.large', 2, 3.75, 'Haswell'],
    ['c5.18xlarge', 72, 144, 'Skylake'],
    ['c5n.large', 2, 5.25, 'Skylake'],
    ['c6a.48xlarge', 192, 384, 'EPYC 3rd Gen'],
    ['c7g.xlarge', 4, 8, 'Graviton3'],
    ['r4.large', 2, 15.25, 'Broadwell'],
    ['r5.2xlarge', 8, 64, 'Skylake'],
    ['x1.32xlarge', 128, 1952, 'Haswell'],
    ['x1e.xlarge', 4, 122, 'Haswell'],
    ['x2iedn.xlarge', 4, 128, 'Ice Lake'],
    ['z1d.12xlarge', 48, 384, 'Skylake'],
    ['i3.16xlarge', 64, 488, 'Broadwell'],
    ['t3.micro', 2, 1, 'Skylake'],
    ['t4g.2xlarge', 8, 32, 'Graviton2'],
    ['n1-standard-1', 1, 3.75, 'Haswell'],
    ['n1-highmem-96', 96, 624, 'Skylake'],
    ['n1-highcpu-16', 16, 14.4, 'Skylake'],
    ['n2-standard-4', 4, 16, 'Cascade Lake'],
    ['n2-highmem-128', 128, 864, 'Ice Lake'],
    ['n2d-highcpu-224', 224, 224, 'EPYC 2nd Gen'],
    ['c2-standard-60', 60, 240, 'Cascade Lake'],
    ['c2d-highcpu-112', 112, 224, 'EPYC 3rd Gen'],
    ['c3-standard-8-lssd', 8, 32, 'Sapphire Rapids'],
    ['c3d-highcpu-30', 30, undefined, 'EPYC 4th Gen'],
    ['t2d-standard-60', 60, 240, 'EPYC 3rd Gen'],
    ['t2a-standard-48', 48, 192, 'Ampere Altra (Neoverse N1)'],
    ['n2-custom-6-24576', 6, 24, 'Cascade Lake'],
    ['custom-4-5120', 4, 5, 'Broadwell'],
    ['Standard_D4s_v5', 4, 16, 'Ice Lake'],
    ['Standard_D64_v3', 64, 256, 'Broadwell'],
    ['Standard_D96as_v5', 96, 384, 'EPYC 3rd Gen'],
    ['Standard_D4ls_v5', 4, 8, 'Ice Lake'],
    ['Standard_D64ps_v5', 64, undefined, 'Ampere Altra (Neoverse N1)'],
    ['Standard_E20_v5', 20, 160, 'Ice Lake'],
    ['Standard_E48s_v3', 48, 384, 'Broadwell'],
    ['Standard_E96_v5', 96, undefined, 'Ice Lake'],
    ['Standard_F72s_v2', 72, 144, 'Cascade Lake'],
  ])('%s says %i vCPUs, %s GiB and %s', (type, vcpus, memoryGib, architecture) => {
    const size = readCloudSize(type)
    expect(size).toMatchObject({ vcpus, type })
    expect(size?.memoryGib).toEqual(memoryGib === undefined ? undefined : expect.closeTo(memoryGib, 9))
    expect(size?.architectures).toContain(architecture)
  })

  it('is read in any case, and of Azure without its prefix', () => {
    expect(readCloudSize(' M5.LARGE ')?.type).toBe('m5.large')
    expect(readCloudSize('d4S_V5')?.type).toBe('Standard_D4s_v5')
    expect(readCloudSize('N2-Standard-4')?.type).toBe('n2-standard-4')
  })

  it('of a family whose vCPUs are whole cores counts two threads each on AMD, one on Arm', () => {
    const threadsOf = (type: string) => readCloudSize(type)?.threadsPerVcpu
    expect(['m7a.large', 't2d-standard-4'].map(threadsOf)).toEqual([2, 2])
    expect(['m6a.large', 'm7g.large', 't2a-standard-4', 'n2d-standard-4'].map(threadsOf)).toEqual([
      1, 1, 1, 1,
    ])
  })

  it('of a family that runs on whatever is free, or on what nobody measured, names no architecture', () => {
    expect(readCloudSize('e2-standard-4')?.architectures).toEqual([])
    expect(readCloudSize('Standard_D4ps_v6')?.architectures).toEqual([])
  })

  it.each([
    [
      'a family that no rule covers',
      ['m9.large', 'n9-standard-4', 'Standard_M128s', 'a1.large', 'hpc7a.96xlarge'],
    ],
    ['a size beyond the largest', ['m5.48xlarge', 'm6g.24xlarge', 'n2-standard-256', 'Standard_D256s_v5']],
    ['a size between', ['m5.5xlarge', 'm5.medium', 'n2-standard-6', 'Standard_D5s_v5', 'Standard_D3_v3']],
    ['bare metal, whose name has no number', ['m5.metal', 'c5.metal']],
    ['shared cores', ['e2-micro', 'e2-medium', 'f1-micro', 'g1-small']],
    ['Azure’s versions whose number is no count', ['Standard_D4_v2', 'Standard_D4', 'Standard_DS3_v2']],
    ['Azure’s constrained and burstable sizes', ['Standard_E16-4s_v5', 'Standard_B2ms', 'Standard_DC4s_v3']],
    [
      'memory that a family has not',
      ['c2-highmem-8', 't2d-highcpu-4', 'c3-custom-4-8192', 'Standard_E4ls_v5'],
    ],
    ['no name at all', ['', 'm5', 'large', 'm5.', '.large', 'constructor.large', 'constructor-standard-4']],
  ])('is not read where it is of %s', (_what, types) => {
    for (const type of types) expect(readCloudSize(type), type).toBeUndefined()
  })

  it('is not read where the table of accelerators has it: that knows more', () => {
    for (const { type } of cloudInstanceRows()) expect(readCloudSize(type), type).toBeUndefined()
  })

  it('names architectures that the table of watts has, all of them', () => {
    const everyType = [
      ...CLOUD_SIZES[0]!.families.map(family => `${family}.large`),
      ...CLOUD_SIZES[1]!.families.flatMap(family =>
        ['', 'a', 'p'].map(maker => `Standard_${family.replace(' ', `4${maker}_`)}`),
      ),
      ...CLOUD_SIZES[2]!.families.map(family => `${family}-standard-4`),
    ]
    for (const { read, families } of CLOUD_SIZES) {
      const sizes = everyType.map(read).filter(size => size !== undefined)
      expect(sizes.length).toBeGreaterThanOrEqual(families.length)
      for (const { architectures, vcpus, memoryGib, source, type } of sizes) {
        if (architectures.length > 0) expect(architecturePower(architectures), type).toBeDefined()
        expect(vcpus).toBeLessThanOrEqual(4)
        expect(memoryGib! / vcpus).toBeGreaterThanOrEqual(1)
        expect(memoryGib! / vcpus).toBeLessThanOrEqual(32)
        expect(source).toMatch(/\w{3}/)
      }
    }
  })

  it('is never a reason to throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z]\d[a-z]?[.-_][a-z0-9]{1,8}$/)), text => {
        const size = readCloudSize(text)
        expect(size === undefined || size.vcpus > 0).toBe(true)
      }),
    )
  })
})
