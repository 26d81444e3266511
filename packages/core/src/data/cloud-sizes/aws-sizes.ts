import type { CloudSize, CloudSizes } from './cloud-size.js'

const INTEL_OF_2017 = ['Skylake', 'Cascade Lake']

interface Family {
  readonly names: string
  readonly architectures: readonly string[]
  readonly gibPerVcpu: number
  /** N of its largest `Nxlarge`. */
  readonly largest: number
  /** Without simultaneous multithreading a vCPU is a core; on AMD's servers, whose cores were measured with two threads, that is two. */
  readonly threadsPerVcpu?: 2
  /** Its smallest size is `medium`, of one vCPU. */
  readonly hasMedium?: true
}

/** Processor and memory of the families, as Amazon EC2's pages of instance types give them. */
const FAMILIES: readonly Family[] = [
  { names: 'm4', architectures: ['Haswell', 'Broadwell'], gibPerVcpu: 4, largest: 16 },
  { names: 'm5 m5d', architectures: INTEL_OF_2017, gibPerVcpu: 4, largest: 24 },
  { names: 'm5a m5ad', architectures: ['EPYC 1st Gen'], gibPerVcpu: 4, largest: 24 },
  { names: 'm5n m5dn', architectures: ['Cascade Lake'], gibPerVcpu: 4, largest: 24 },
  { names: 'm5zn', architectures: ['Cascade Lake'], gibPerVcpu: 4, largest: 12 },
  { names: 'm6i m6id m6in m6idn', architectures: ['Ice Lake'], gibPerVcpu: 4, largest: 32 },
  { names: 'm6a', architectures: ['EPYC 3rd Gen'], gibPerVcpu: 4, largest: 48 },
  { names: 'm6g m6gd', architectures: ['Graviton2'], gibPerVcpu: 4, largest: 16, hasMedium: true },
  { names: 'm7i', architectures: ['Sapphire Rapids'], gibPerVcpu: 4, largest: 48 },
  { names: 'm7i-flex', architectures: ['Sapphire Rapids'], gibPerVcpu: 4, largest: 16 },
  {
    names: 'm7a',
    architectures: ['EPYC 4th Gen'],
    gibPerVcpu: 4,
    largest: 48,
    threadsPerVcpu: 2,
    hasMedium: true,
  },
  { names: 'm7g m7gd', architectures: ['Graviton3'], gibPerVcpu: 4, largest: 16, hasMedium: true },
  { names: 'm8g m8gd', architectures: ['Graviton4'], gibPerVcpu: 4, largest: 48, hasMedium: true },
  { names: 'c4', architectures: ['Haswell'], gibPerVcpu: 1.875, largest: 8 },
  { names: 'c5 c5d', architectures: INTEL_OF_2017, gibPerVcpu: 2, largest: 24 },
  { names: 'c5a c5ad', architectures: ['EPYC 2nd Gen'], gibPerVcpu: 2, largest: 24 },
  { names: 'c5n', architectures: ['Skylake'], gibPerVcpu: 2.625, largest: 18 },
  { names: 'c6i c6id c6in', architectures: ['Ice Lake'], gibPerVcpu: 2, largest: 32 },
  { names: 'c6a', architectures: ['EPYC 3rd Gen'], gibPerVcpu: 2, largest: 48 },
  { names: 'c6g c6gd c6gn', architectures: ['Graviton2'], gibPerVcpu: 2, largest: 16, hasMedium: true },
  { names: 'c7i', architectures: ['Sapphire Rapids'], gibPerVcpu: 2, largest: 48 },
  { names: 'c7i-flex', architectures: ['Sapphire Rapids'], gibPerVcpu: 2, largest: 16 },
  {
    names: 'c7a',
    architectures: ['EPYC 4th Gen'],
    gibPerVcpu: 2,
    largest: 48,
    threadsPerVcpu: 2,
    hasMedium: true,
  },
  { names: 'c7g c7gd', architectures: ['Graviton3'], gibPerVcpu: 2, largest: 16, hasMedium: true },
  { names: 'c7gn', architectures: ['Graviton3E'], gibPerVcpu: 2, largest: 16, hasMedium: true },
  { names: 'c8g c8gd', architectures: ['Graviton4'], gibPerVcpu: 2, largest: 48, hasMedium: true },
  { names: 'r4', architectures: ['Broadwell'], gibPerVcpu: 7.625, largest: 16 },
  { names: 'r5 r5d', architectures: INTEL_OF_2017, gibPerVcpu: 8, largest: 24 },
  { names: 'r5a r5ad', architectures: ['EPYC 1st Gen'], gibPerVcpu: 8, largest: 24 },
  { names: 'r5b r5n r5dn', architectures: ['Cascade Lake'], gibPerVcpu: 8, largest: 24 },
  { names: 'r6i r6id r6in r6idn', architectures: ['Ice Lake'], gibPerVcpu: 8, largest: 32 },
  { names: 'r6a', architectures: ['EPYC 3rd Gen'], gibPerVcpu: 8, largest: 48 },
  { names: 'r6g r6gd', architectures: ['Graviton2'], gibPerVcpu: 8, largest: 16, hasMedium: true },
  { names: 'r7i', architectures: ['Sapphire Rapids'], gibPerVcpu: 8, largest: 48 },
  { names: 'r7iz', architectures: ['Sapphire Rapids'], gibPerVcpu: 8, largest: 32 },
  {
    names: 'r7a',
    architectures: ['EPYC 4th Gen'],
    gibPerVcpu: 8,
    largest: 48,
    threadsPerVcpu: 2,
    hasMedium: true,
  },
  { names: 'r7g r7gd', architectures: ['Graviton3'], gibPerVcpu: 8, largest: 16, hasMedium: true },
  { names: 'r8g r8gd', architectures: ['Graviton4'], gibPerVcpu: 8, largest: 48, hasMedium: true },
  { names: 'x1', architectures: ['Haswell'], gibPerVcpu: 15.25, largest: 32 },
  { names: 'x1e', architectures: ['Haswell'], gibPerVcpu: 30.5, largest: 32 },
  { names: 'x2gd', architectures: ['Graviton2'], gibPerVcpu: 16, largest: 16, hasMedium: true },
  { names: 'x2idn', architectures: ['Ice Lake'], gibPerVcpu: 16, largest: 32 },
  { names: 'x2iedn', architectures: ['Ice Lake'], gibPerVcpu: 32, largest: 32 },
  { names: 'x2iezn', architectures: ['Cascade Lake'], gibPerVcpu: 32, largest: 12 },
  { names: 'z1d', architectures: ['Skylake'], gibPerVcpu: 8, largest: 12 },
  { names: 'i3', architectures: ['Broadwell'], gibPerVcpu: 7.625, largest: 16 },
  { names: 'i3en', architectures: INTEL_OF_2017, gibPerVcpu: 8, largest: 24 },
  { names: 'i4i', architectures: ['Ice Lake'], gibPerVcpu: 8, largest: 32 },
]

const MULTIPLES = [2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48]

/** The burstable families have sizes of their own: vCPUs and GiB. */
const BURSTABLE = new Map<string, readonly string[]>([
  ['t3', INTEL_OF_2017],
  ['t3a', ['EPYC 1st Gen']],
  ['t4g', ['Graviton2']],
])
const BURSTABLE_SIZES = new Map<string, readonly [vcpus: number, gib: number]>([
  ['nano', [2, 0.5]],
  ['micro', [2, 1]],
  ['small', [2, 2]],
  ['medium', [2, 4]],
  ['large', [2, 8]],
  ['xlarge', [4, 16]],
  ['2xlarge', [8, 32]],
])

const SOURCE =
  'Amazon EC2, names of instance types: large 2 vCPUs, xlarge 4, Nxlarge 4 × N; processor and memory by family'

const vcpusOf = ({ largest, hasMedium }: Family, name: string, size: string): number | undefined => {
  if (size === 'medium') return hasMedium && 1
  if (size === 'large') return 2
  if (size === 'xlarge') return 4
  // The one size of these families that breaks the rule.
  if (name === 'c4' && size === '8xlarge') return 36
  const [, multiple] = /^(?:metal-)?(\d+)xl(?:arge)?$/.exec(size) ?? []
  const isOne = MULTIPLES.includes(Number(multiple)) && Number(multiple) <= largest
  return isOne && /^metal-\d+xl$|^\d+xlarge$/.test(size) ? 4 * Number(multiple) : undefined
}

const read = (type: string): CloudSize | undefined => {
  const [, name, size] = /^([a-z0-9-]+)\.([a-z0-9-]+)$/.exec(type.trim().toLowerCase()) ?? []
  if (name === undefined || size === undefined) return undefined
  const common = { provider: 'aws', type: `${name}.${size}`, source: SOURCE } as const
  const burstable = BURSTABLE.get(name)
  if (burstable) {
    const [vcpus, memoryGib] = BURSTABLE_SIZES.get(size) ?? []
    if (vcpus === undefined || memoryGib === undefined) return undefined
    return { ...common, vcpus, memoryGib, architectures: burstable, threadsPerVcpu: 1 }
  }
  const family = FAMILIES.find(({ names }) => names.split(' ').includes(name))
  const vcpus = family && vcpusOf(family, name, size)
  if (!family || vcpus === undefined) return undefined
  return {
    ...common,
    vcpus,
    memoryGib: name === 'c4' && vcpus === 36 ? 60 : vcpus * family.gibPerVcpu,
    architectures: family.architectures,
    threadsPerVcpu: family.threadsPerVcpu ?? 1,
  }
}

/** Amazon EC2: `m5.large`. */
export const awsSizes: CloudSizes = {
  provider: 'aws',
  families: [...FAMILIES.flatMap(({ names }) => names.split(' ')), ...BURSTABLE.keys()].toSorted(),
  read,
}
