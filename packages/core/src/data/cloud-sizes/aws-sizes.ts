import { lazyTable } from '../compact-table.js'
import type { CloudSize, CloudSizes } from './cloud-size.js'

interface Family {
  readonly names: readonly string[]
  readonly architectures: readonly string[]
  readonly gibPerVcpu: number
  /** N of its largest `Nxlarge`. */
  readonly largest: number
  /** Without simultaneous multithreading a vCPU is a core; on AMD's servers, whose cores were measured with two threads, that is two. */
  readonly threadsPerVcpu: 1 | 2
  /** `medium`, of one vCPU, or `large`. */
  readonly smallest: string
}

/** As Amazon EC2's pages of instance types give them. */
const families = lazyTable(
  // names | processors | GiB a vCPU | largest | threads a vCPU | smallest
  `m4|Haswell, Broadwell|4|16|1|large
m5 m5d|Skylake, Cascade Lake|4|24|1|large
m5a m5ad|EPYC 1st Gen|4|24|1|large
m5n m5dn|Cascade Lake|4|24|1|large
m5zn|Cascade Lake|4|12|1|large
m6i m6id m6in m6idn|Ice Lake|4|32|1|large
m6a|EPYC 3rd Gen|4|48|1|large
m6g m6gd|Graviton2|4|16|1|medium
m7i|Sapphire Rapids|4|48|1|large
m7i-flex|Sapphire Rapids|4|16|1|large
m7a|EPYC 4th Gen|4|48|2|medium
m7g m7gd|Graviton3|4|16|1|medium
m8g m8gd|Graviton4|4|48|1|medium
c4|Haswell|1.875|8|1|large
c5 c5d|Skylake, Cascade Lake|2|24|1|large
c5a c5ad|EPYC 2nd Gen|2|24|1|large
c5n|Skylake|2.625|18|1|large
c6i c6id c6in|Ice Lake|2|32|1|large
c6a|EPYC 3rd Gen|2|48|1|large
c6g c6gd c6gn|Graviton2|2|16|1|medium
c7i|Sapphire Rapids|2|48|1|large
c7i-flex|Sapphire Rapids|2|16|1|large
c7a|EPYC 4th Gen|2|48|2|medium
c7g c7gd|Graviton3|2|16|1|medium
c7gn|Graviton3E|2|16|1|medium
c8g c8gd|Graviton4|2|48|1|medium
r4|Broadwell|7.625|16|1|large
r5 r5d|Skylake, Cascade Lake|8|24|1|large
r5a r5ad|EPYC 1st Gen|8|24|1|large
r5b r5n r5dn|Cascade Lake|8|24|1|large
r6i r6id r6in r6idn|Ice Lake|8|32|1|large
r6a|EPYC 3rd Gen|8|48|1|large
r6g r6gd|Graviton2|8|16|1|medium
r7i|Sapphire Rapids|8|48|1|large
r7iz|Sapphire Rapids|8|32|1|large
r7a|EPYC 4th Gen|8|48|2|medium
r7g r7gd|Graviton3|8|16|1|medium
r8g r8gd|Graviton4|8|48|1|medium
x1|Haswell|15.25|32|1|large
x1e|Haswell|30.5|32|1|large
x2gd|Graviton2|16|16|1|medium
x2idn|Ice Lake|16|32|1|large
x2iedn|Ice Lake|32|32|1|large
x2iezn|Cascade Lake|32|12|1|large
z1d|Skylake|8|12|1|large
i3|Broadwell|7.625|16|1|large
i3en|Skylake, Cascade Lake|8|24|1|large
i4i|Ice Lake|8|32|1|large`,
  ([names, architectures, gib, largest, threads, smallest]): Family => ({
    names: names!.split(' '),
    architectures: architectures!.split(', '),
    gibPerVcpu: Number(gib),
    largest: Number(largest),
    threadsPerVcpu: threads === '2' ? 2 : 1,
    smallest: smallest!,
  }),
)

const MULTIPLES = [2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48]

/** The burstable families have sizes of their own: vCPUs and GiB. */
const BURSTABLE = new Map<string, readonly string[]>([
  ['t3', ['Skylake', 'Cascade Lake']],
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

const vcpusOf = ({ largest, smallest }: Family, name: string, size: string): number | undefined => {
  if (size === 'medium') return smallest === 'medium' ? 1 : undefined
  if (size === 'large') return 2
  if (size === 'xlarge') return 4
  // The one size of these families that breaks the rule.
  if (name === 'c4' && size === '8xlarge') return 36
  const [, metal, guest] = /^(?:metal-(\d+)xl|(\d+)xlarge)$/.exec(size) ?? []
  const multiple = Number(metal ?? guest)
  return MULTIPLES.includes(multiple) && multiple <= largest ? 4 * multiple : undefined
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
  const family = families().find(({ names }) => names.includes(name))
  const vcpus = family && vcpusOf(family, name, size)
  if (!family || vcpus === undefined) return undefined
  return {
    ...common,
    vcpus,
    memoryGib: name === 'c4' && vcpus === 36 ? 60 : vcpus * family.gibPerVcpu,
    architectures: family.architectures,
    threadsPerVcpu: family.threadsPerVcpu,
  }
}

/** Amazon EC2: `m5.large`. */
export const awsSizes: CloudSizes = {
  provider: 'aws',
  example: 'm5.large',
  families: [...families().flatMap(({ names }) => names), ...BURSTABLE.keys()].toSorted(),
  isOfItsForm: type => /^[a-z0-9-]+\.[a-z0-9-]+$/i.test(type.trim()),
  read,
}
