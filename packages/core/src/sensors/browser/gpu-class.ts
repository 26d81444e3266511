/** As far as a page can tell boards apart. `software`: the processor does a GPU's work. */
export type GpuClass = 'software' | 'handheld' | 'integrated' | 'discrete' | 'unknown'

/** WebGPU names of Intel's boards; all its other ones are part of a processor. */
const INTEL_BOARDS = /^(xe-hpg|xe-2hpg|xe-3hpg|battlemage|dg)/

const HANDHELD_VENDORS = new Set(['arm', 'qualcomm', 'img-tec', 'samsung', 'broadcom', 'vivante'])

/** In this order: ANGLE puts the name of the maker in front of everything. */
const RENDERERS: readonly (readonly [GpuClass, RegExp])[] = [
  ['software', /SwiftShader|llvmpipe|softpipe|Basic Render|Software/i],
  ['handheld', /Adreno|Mali|PowerVR|Xclipse|VideoCore|Apple A\d/i],
  ['discrete', /NVIDIA|GeForce|Quadro|Intel.*Arc|Radeon (RX|Pro)/i],
  ['integrated', /Intel|Apple/i],
]

/** Class of a GPU by what WebGL calls its renderer, for browsers without WebGPU. */
export const gpuClassOfRenderer = (renderer: string): GpuClass =>
  RENDERERS.find(([, pattern]) => pattern.test(renderer))?.[0] ?? 'unknown'

/** Class of a GPU by the vendor and architecture that a WebGPU adapter shows; names are those of Dawn's registry. */
export const gpuClassOf = (vendor: string, architecture: string, isFallback: boolean): GpuClass => {
  const maker = vendor.toLowerCase()
  if (isFallback || /swiftshader|llvmpipe|warp/i.test(architecture)) return 'software'
  if (maker === 'nvidia') return 'discrete'
  if (maker === 'apple') return 'integrated'
  if (maker === 'intel') return INTEL_BOARDS.test(architecture.toLowerCase()) ? 'discrete' : 'integrated'
  // AMD's names are the same for boards and for parts of a processor.
  return HANDHELD_VENDORS.has(maker) ? 'handheld' : 'unknown'
}
