import type { CloudSize, CloudSizes } from './cloud-size.js'

interface Family {
  readonly architectures: readonly string[]
  /** GB for each vCPU of the kinds of machine that there are. */
  readonly gibPerVcpu: Readonly<Record<string, number | undefined>>
  readonly vcpus: readonly number[]
  /** Tau machines have no simultaneous multithreading: a vCPU is a core, which on AMD's servers is two threads. */
  readonly threadsPerVcpu?: 2
  readonly hasCustom?: true
}

const USUAL = { standard: 4, highmem: 8, highcpu: 1 }
/** Machines of the third generation have more memory at the least. */
const THIRD = { standard: 4, highmem: 8, highcpu: 2 }

/** As Google Compute Engine's pages of machine families and CPU platforms give them. */
const FAMILIES: Readonly<Record<string, Family>> = {
  n1: {
    architectures: ['Sandy Bridge', 'Ivy Bridge', 'Haswell', 'Broadwell', 'Skylake'],
    gibPerVcpu: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
    vcpus: [1, 2, 4, 8, 16, 32, 64, 96],
    hasCustom: true,
  },
  n2: {
    architectures: ['Cascade Lake', 'Ice Lake'],
    gibPerVcpu: USUAL,
    vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
    hasCustom: true,
  },
  n2d: {
    architectures: ['EPYC 2nd Gen', 'EPYC 3rd Gen'],
    gibPerVcpu: USUAL,
    vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
    hasCustom: true,
  },
  n4: {
    architectures: ['Emerald Rapids'],
    gibPerVcpu: THIRD,
    vcpus: [2, 4, 8, 16, 32, 48, 64, 80],
    hasCustom: true,
  },
  // Intel or AMD of several generations, whichever is free.
  e2: { architectures: [], gibPerVcpu: USUAL, vcpus: [2, 4, 8, 16, 32], hasCustom: true },
  c2: { architectures: ['Cascade Lake'], gibPerVcpu: { standard: 4 }, vcpus: [4, 8, 16, 30, 60] },
  c2d: { architectures: ['EPYC 3rd Gen'], gibPerVcpu: THIRD, vcpus: [2, 4, 8, 16, 32, 56, 112] },
  c3: { architectures: ['Sapphire Rapids'], gibPerVcpu: THIRD, vcpus: [4, 8, 22, 44, 88, 176] },
  c3d: {
    architectures: ['EPYC 4th Gen'],
    gibPerVcpu: { standard: 4, highmem: 8, highcpu: undefined },
    vcpus: [4, 8, 16, 30, 60, 90, 180, 360],
  },
  t2d: {
    architectures: ['EPYC 3rd Gen'],
    gibPerVcpu: { standard: 4 },
    vcpus: [1, 2, 4, 8, 16, 32, 48, 60],
    threadsPerVcpu: 2,
  },
  t2a: {
    architectures: ['Ampere Altra (Neoverse N1)'],
    gibPerVcpu: { standard: 4 },
    vcpus: [1, 2, 4, 8, 16, 32, 48],
  },
}

/** The one size that has less than the rule says. */
const MEMORY_EXCEPTIONS: Readonly<Record<string, number>> = { 'n2-highmem-128': 864 }

const SOURCE =
  'Google Compute Engine, names of machine types: family, kind, vCPUs; CPU platforms and memory by family'

const sizeOf = (type: string, name: string, vcpus: number, memoryGib: number | undefined): CloudSize => {
  const { architectures, threadsPerVcpu = 1 } = FAMILIES[name]!
  return {
    provider: 'gcp',
    type,
    vcpus,
    ...(memoryGib !== undefined && { memoryGib }),
    architectures,
    threadsPerVcpu,
    source: SOURCE,
  }
}

/** `n2-custom-4-16384`: vCPUs and MB; without a family it is N1. */
const readCustom = (type: string): CloudSize | undefined => {
  const [, name = 'n1', vcpus, megabytes] = /^(?:([a-z0-9]+)-)?custom-(\d+)-(\d+)(?:-ext)?$/.exec(type) ?? []
  if (vcpus === undefined || !Object.hasOwn(FAMILIES, name) || !FAMILIES[name]!.hasCustom) return undefined
  const [count, memory] = [Number(vcpus), Number(megabytes)]
  return count > 0 && count <= 224 && memory > 0 ? sizeOf(type, name, count, memory / 1024) : undefined
}

const read = (given: string): CloudSize | undefined => {
  const type = given.trim().toLowerCase()
  const [, name, kind, count] = /^([a-z0-9]+)-(standard|highmem|highcpu)-(\d+)(?:-lssd)?$/.exec(type) ?? []
  if (name === undefined || kind === undefined) return readCustom(type)
  const family = Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined
  const vcpus = Number(count)
  if (!family || !Object.hasOwn(family.gibPerVcpu, kind) || !family.vcpus.includes(vcpus)) return undefined
  const each = family.gibPerVcpu[kind]
  return sizeOf(type, name, vcpus, MEMORY_EXCEPTIONS[type] ?? (each === undefined ? undefined : each * vcpus))
}

/** Google Compute Engine: `n2-standard-4`. */
export const gcpSizes: CloudSizes = {
  provider: 'gcp',
  example: 'n2-standard-4',
  families: Object.keys(FAMILIES).toSorted(),
  isOfItsForm: type => /^[a-z]\w*(-[a-z0-9]+)+$/i.test(type.trim()),
  read,
}
