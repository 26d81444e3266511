/** What identifies a CPU. `MachineFacts` is one. */
export interface CpuIdentity {
  readonly cpuModel?: string
  /** `GenuineIntel`, `AuthenticAMD`, or the maker's name. */
  readonly vendor?: string
  readonly cpuFamily?: number
  readonly cpuModelNumber?: number
  readonly cpuStepping?: number
}

/**
 * Names that QEMU gives its CPU types (`model_id` in target/i386/cpu.c). They come before the numbers, because some
 * types carry the numbers of a client CPU although servers stand behind them.
 */
const QEMU_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^Intel Xeon E312xx \(Sandy Bridge/, 'Sandy Bridge'],
  [/^Intel Xeon E3-12xx v2 \(Ivy Bridge/, 'Ivy Bridge'],
  [/^Intel Core Processor \(Haswell/, 'Haswell'],
  [/^Intel Core Processor \(Broadwell/, 'Broadwell'],
  [/^Intel Xeon Processor \(Skylake/, 'Skylake'],
  [/^Intel Xeon Processor \(Cascadelake/, 'Cascade Lake'],
  [/^Intel Xeon Processor \(Icelake/, 'Ice Lake'],
  [/^Intel Xeon Processor \(SapphireRapids/, 'Sapphire Rapids'],
  [/^Intel Xeon Processor \(GraniteRapids/, 'Granite Rapids'],
  [/^AMD EPYC-Rome/, 'EPYC 2nd Gen'],
  [/^AMD EPYC-Milan/, 'EPYC 3rd Gen'],
  [/^AMD EPYC-Genoa/, 'EPYC 4th Gen'],
  [/^AMD EPYC-Turin/, 'EPYC 5th Gen'],
]

/**
 * Family 6 models that only servers and their workstation twins carry, by the `_X` names of Linux
 * arch/x86/include/asm/intel-family.h.
 */
const INTEL_SERVER_MODELS: Readonly<Record<number, string>> = {
  45: 'Sandy Bridge', // 0x2D SANDYBRIDGE_X
  62: 'Ivy Bridge', // 0x3E IVYBRIDGE_X
  63: 'Haswell', // 0x3F HASWELL_X
  79: 'Broadwell', // 0x4F BROADWELL_X
  106: 'Ice Lake', // 0x6A ICELAKE_X
  143: 'Sapphire Rapids', // 0x8F SAPPHIRERAPIDS_X
  173: 'Granite Rapids', // 0xAD GRANITERAPIDS_X
  207: 'Emerald Rapids', // 0xCF EMERALDRAPIDS_X
}

/**
 * Three architectures share model 0x55; the stepping tells them apart: 0-4 Skylake, 5-7 Cascade Lake, 10 and 11 Cooper
 * Lake (intel-family.h; tools/perf/pmu-events/arch/x86/mapfile.csv splits at 5 too). Nobody measured Cooper Lake.
 */
const skylakeByStepping = (stepping: number | undefined): readonly string[] => {
  if (stepping === undefined) return ['Skylake', 'Cascade Lake']
  if (stepping <= 4) return ['Skylake']
  return stepping <= 7 ? ['Cascade Lake'] : []
}

const intelArchitectures = (name: string, model: number, stepping: number | undefined): readonly string[] => {
  // Workstation (W), embedded (D) and desktop parts share models with servers but not their power per thread.
  if (/\b(core|pentium|celeron)\b|\bxeon\b.*\b[wd]\d?-\d/i.test(name)) return []
  if (model === 85) return skylakeByStepping(stepping)
  // 0x9E is Kaby Lake below stepping 10 and Coffee Lake from there on; the measured systems are Xeon E.
  if (model === 158)
    return /\bxeon\b/i.test(name) && stepping !== undefined && stepping >= 10 ? ['Coffee Lake'] : []
  const architecture = INTEL_SERVER_MODELS[model]
  return architecture ? [architecture] : []
}

/**
 * Server models of the Zen generations. Linux arch/x86/kernel/cpu/amd.c gives the generation of each range of models;
 * within it AMD's processor programming references name the servers: 17h 01h Naples and 31h Rome, 19h 01h Milan,
 * 11h Genoa and A0h Bergamo and Siena, 1Ah 02h Turin and 11h Turin Dense.
 */
const AMD_SERVER_MODELS: readonly (readonly [
  family: number,
  from: number,
  to: number,
  architecture: string,
])[] = [
  [0x17, 0x01, 0x01, 'EPYC 1st Gen'],
  [0x17, 0x31, 0x31, 'EPYC 2nd Gen'],
  [0x19, 0x00, 0x01, 'EPYC 3rd Gen'],
  [0x19, 0x10, 0x17, 'EPYC 4th Gen'],
  [0x19, 0xa0, 0xaf, 'EPYC 4th Gen'],
  [0x1a, 0x00, 0x07, 'EPYC 5th Gen'],
  [0x1a, 0x10, 0x1f, 'EPYC 5th Gen'],
]

const amdArchitectures = (name: string, family: number, model: number): readonly string[] => {
  // Ryzen 1000 and Threadripper share Naples' and Rome's numbers; EPYC 3000 is the embedded part of the first generation.
  if (/ryzen|threadripper|athlon|epyc(\(tm\))? (embedded |3\d{3}\b)/i.test(name)) return []
  return AMD_SERVER_MODELS.filter(([f, from, to]) => f === family && model >= from && model <= to).map(
    row => row[3],
  )
}

const GRAVITON_BY_CORE: Readonly<Record<string, string>> = {
  n1: 'Graviton2',
  v1: 'Graviton3',
  v2: 'Graviton4',
}

const armArchitectures = (name: string, provider: string | undefined): readonly string[] => {
  const core = /\bneoverse[- ]([nv]\d)\b/i.exec(name)?.[1]?.toLowerCase()
  if (provider === 'aws' && core !== undefined) {
    const graviton = GRAVITON_BY_CORE[core]
    return graviton ? [graviton] : []
  }
  return core === 'n1' || /\baltra\b/i.test(name) ? ['Ampere Altra (Neoverse N1)'] : []
}

/**
 * Names of the server microarchitectures that a CPU can be, in the words of the table of watts per thread: one where
 * it is certain, two where the stepping would decide but is not known, none for client CPUs and unknown ones.
 */
export const serverArchitectures = (cpu: CpuIdentity, provider?: string): readonly string[] => {
  const name = (cpu.cpuModel ?? '').trim()
  const emulated = QEMU_NAMES.find(([pattern]) => pattern.test(name))
  if (emulated) return [emulated[1]]
  const { vendor = '', cpuFamily, cpuModelNumber } = cpu
  if (cpuFamily !== undefined && cpuModelNumber !== undefined) {
    if (/intel/i.test(vendor) && cpuFamily === 6)
      return intelArchitectures(name, cpuModelNumber, cpu.cpuStepping)
    if (/amd/i.test(vendor)) return amdArchitectures(name, cpuFamily, cpuModelNumber)
  }
  return armArchitectures(name, provider)
}
