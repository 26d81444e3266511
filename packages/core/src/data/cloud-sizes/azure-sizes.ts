import type { CloudSize, CloudSizes } from './cloud-size.js'

/** Processors by family and version, of the makers that the letters `a` (AMD) and `p` (Arm) and none of them (Intel) stand for. */
interface Version {
  readonly intel?: readonly string[]
  readonly amd?: readonly string[]
  /** An empty list: known, but nobody measured it. */
  readonly arm?: readonly string[]
}

const GENERAL: Readonly<Record<string, Version>> = {
  v3: { intel: ['Haswell', 'Broadwell', 'Skylake', 'Cascade Lake', 'Ice Lake'] },
  v4: { intel: ['Cascade Lake', 'Ice Lake'], amd: ['EPYC 2nd Gen', 'EPYC 3rd Gen'] },
  v5: {
    intel: ['Ice Lake', 'Sapphire Rapids', 'Emerald Rapids'],
    amd: ['EPYC 3rd Gen'],
    arm: ['Ampere Altra (Neoverse N1)'],
  },
  v6: { intel: ['Emerald Rapids'], amd: ['EPYC 4th Gen'], arm: [] },
}

interface Family {
  readonly versions: Readonly<Record<string, Version>>
  readonly gibPerVcpu: number
  /** Above so many vCPUs there is less memory than the rule says. */
  readonly ruleUpTo: number
  readonly vcpus: readonly number[]
}

/** As Azure's pages of virtual machine series give them. */
const FAMILIES: Readonly<Record<string, Family>> = {
  D: { versions: GENERAL, gibPerVcpu: 4, ruleUpTo: 128, vcpus: [2, 4, 8, 16, 32, 48, 64, 96, 128, 192] },
  E: { versions: GENERAL, gibPerVcpu: 8, ruleUpTo: 48, vcpus: [2, 4, 8, 16, 20, 32, 48, 64, 96, 128] },
  F: {
    versions: { v2: { intel: ['Skylake', 'Cascade Lake', 'Ice Lake'] } },
    gibPerVcpu: 2,
    ruleUpTo: 72,
    vcpus: [2, 4, 8, 16, 32, 48, 64, 72],
  },
}

const SOURCE =
  'Azure, names of virtual machine sizes: family, vCPUs, a for AMD, p for Arm, l for little memory, version; processor and memory by series'

const makerOf = (features: string): keyof Version => {
  if (features.includes('p')) return 'arm'
  return features.includes('a') ? 'amd' : 'intel'
}

const read = (given: string): CloudSize | undefined => {
  const [, letter, count, features, version] =
    /^(?:standard_)?([def])(\d+)([abdilps]*)_(v\d)$/i.exec(given.trim()) ?? []
  if (letter === undefined || features === undefined || version === undefined) return undefined
  const name = letter.toUpperCase()
  const family = FAMILIES[name]!
  const letters = features.toLowerCase()
  const vcpus = Number(count)
  const maker = makerOf(letters)
  const architectures = family.versions[version.toLowerCase()]?.[maker]
  const hasLess = letters.includes('l')
  if (!architectures || !family.vcpus.includes(vcpus) || (hasLess && name !== 'D')) return undefined
  // The largest of Arm's have less, too.
  const hasRule = vcpus <= (maker === 'arm' ? 48 : family.ruleUpTo)
  return {
    provider: 'azure',
    type: `Standard_${name}${vcpus}${letters}_${version.toLowerCase()}`,
    vcpus,
    ...(hasRule && { memoryGib: vcpus * (hasLess ? 2 : family.gibPerVcpu) }),
    architectures,
    threadsPerVcpu: 1,
    source: SOURCE,
  }
}

/** Azure: `Standard_D4s_v5`. */
export const azureSizes: CloudSizes = {
  provider: 'azure',
  example: 'Standard_D4s_v5',
  families: Object.entries(FAMILIES).flatMap(([name, { versions }]) =>
    Object.keys(versions).map(version => `${name} ${version}`),
  ),
  isOfItsForm: type => /^(standard_\w|[a-z]+\d+\w*_v\d)/i.test(type.trim()),
  read,
}
