import type { Band, MachineFacts, SensorSpec } from '../sensor.js'
import type { GpuClass } from './gpu-class.js'
import { BUSY_THREADS } from './page-usage.js'

interface ClassPower {
  readonly watts: number
  readonly basis: string
}

/**
 * Watts of one busy thread with its share of memory and board. Green Algorithms takes 12 W for an unknown core; laptops
 * are built to get rid of 15 to 28 W over 4 to 8 cores, phones of 3 to 5 W. Pages cannot tell a laptop from a desktop.
 */
const HANDHELD: ClassPower = { watts: 2, basis: 'assumed from 3 to 5 W a device' }
const COMPUTER: ClassPower = { watts: 8, basis: 'assumed, between a laptop and a desktop' }

/** Watts of a GPU at work in a page. Assumed: between what such parts draw at light work and at their limit. */
const GPU: Readonly<Record<Exclude<GpuClass, 'software'>, ClassPower>> = {
  handheld: { watts: 3, basis: 'assumed for a GPU of a phone or tablet' },
  integrated: { watts: 12, basis: 'assumed for a GPU inside a processor' },
  discrete: { watts: 100, basis: 'assumed for a board of its own' },
  unknown: { watts: 30, basis: 'assumed, between a GPU inside a processor and a board' },
}

/** A factor of two or three either way: power by class, threads 1.0 to 1.65 (measured on one machine), clock rates. */
const THREAD_BAND: Band = { low: 0.4, high: 2.5 }

/** How busy the GPU is nobody says. */
const GPU_BAND: Band = { low: 0.2, high: 5 }

/** Idle power over that at full load; the median of servers in SPECpower_ssj2008. */
const IDLE_SHARE = 0.22

/** The device by which ticks tell whether the page's GPU works. */
export const PAGE_GPU = 'page-gpu'

/** Power of the page's machine by how many of its threads are busy: as many times that of one. */
export const pageCpuModel = (machine: MachineFacts): SensorSpec => {
  const { watts, basis } = machine.isHandheld ? HANDHELD : COMPUTER
  const device = machine.isHandheld ? 'phone or tablet' : 'computer'
  const full = watts * machine.threads
  return {
    id: 'browser/cpu',
    provider: 'browser',
    domain: 'platform',
    device: 'machine',
    component: 'cpu',
    covers: ['cpu', 'memory', 'other'],
    contains: [],
    kind: 'model',
    tier: 'assumed',
    method: `browser-estimate: ${watts} W for each busy thread of a ${device} (${basis}), memory included; a working page keeps ${Math.min(BUSY_THREADS, machine.threads)} threads busy`,
    band: THREAD_BAND,
    scale: 1,
    maxPowerWatts: full * THREAD_BAND.high,
    updatePeriodMs: 0,
    idleWatts: { watts: full * IDLE_SHARE, source: 'the model at utilisation 0' },
    wattsByUtilisation: [full * IDLE_SHARE, full],
    readAtBoundary: false,
  }
}

/** The same for a GPU, as far as the page works on it. Undefined for one that is the processor in disguise. */
export const pageGpuModel = (gpu: GpuClass, threads: number): SensorSpec | undefined => {
  if (gpu === 'software') return undefined
  const { watts, basis } = GPU[gpu]
  // Models go by the utilisation of threads: all of its power at that of a working page.
  const full = (watts * threads) / Math.min(BUSY_THREADS, threads)
  return {
    id: 'browser/gpu',
    provider: 'browser',
    domain: 'gpu',
    device: PAGE_GPU,
    component: 'gpu',
    covers: ['gpu'],
    contains: [],
    kind: 'model',
    tier: 'assumed',
    method: `browser-estimate: ${watts} W while the page works (${basis}); its real load is hidden from pages`,
    band: GPU_BAND,
    scale: 1,
    maxPowerWatts: watts * GPU_BAND.high,
    updatePeriodMs: 0,
    idleWatts: { watts: 0, source: 'idle power of the GPU is not booked to a page' },
    wattsByUtilisation: [0, full],
    readAtBoundary: false,
  }
}
