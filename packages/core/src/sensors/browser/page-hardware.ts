import { type GpuClass, gpuClassOf, gpuClassOfRenderer } from './gpu-class.js'

/** What a page is told about its machine. Everything else about it is hidden from pages on purpose. */
export interface PageHardware {
  /** `navigator.hardwareConcurrency`; browsers may show fewer than there are. */
  readonly threads: number
  /** `navigator.deviceMemory`, rounded and capped by the browser. */
  readonly memoryGb?: number
  /** A phone or tablet. */
  readonly isHandheld: boolean
  /** Name and main version, e.g. `Chromium 156`. */
  readonly browser?: string
  /** Operating system, e.g. `Linux`. */
  readonly platform?: string
}

/** What becomes known only after a moment. */
export interface LateHardware {
  readonly gpu: GpuClass
  /** As the adapter names itself, e.g. `apple metal-3`. */
  readonly gpuName?: string
  readonly battery?: 'charging' | 'discharging'
  /** 0 to 1, in steps of 0.01. */
  readonly batteryLevel?: number
}

/** The parts of `navigator` that are looked at. All of them are missing somewhere. */
export interface PageNavigator {
  readonly hardwareConcurrency?: number
  readonly deviceMemory?: number
  readonly userAgent?: string
  readonly userAgentData?: {
    readonly mobile?: boolean
    readonly platform?: string
    readonly brands?: readonly { readonly brand: string; readonly version: string }[]
  }
  readonly gpu?: { requestAdapter(): Promise<GpuAdapter | null> }
  getBattery?(): Promise<BatteryLike>
}

interface GpuAdapter {
  readonly info?: {
    readonly vendor?: string
    readonly architecture?: string
    readonly isFallbackAdapter?: boolean
  }
  readonly isFallbackAdapter?: boolean
}

interface BatteryLike {
  readonly charging: boolean
  readonly level: number
  readonly chargingTime: number
}

const HANDHELD = /Android|iPhone|iPad|iPod|Mobile/

const browserOf = ({ userAgentData, userAgent = '' }: PageNavigator): string | undefined => {
  const brands = userAgentData?.brands?.filter(({ brand }) => !/not.?a.?brand/i.test(brand)) ?? []
  // "Chromium" is the engine under its own name and under that of each product made of it.
  const own = brands.find(({ brand }) => brand !== 'Chromium') ?? brands[0]
  if (own) return `${own.brand} ${own.version}`
  const [, name, version] = /(Firefox|Edg|Chrome|Version)\/(\d+)/.exec(userAgent) ?? []
  return name && `${name === 'Version' ? 'Safari' : name} ${version}`
}

/** What can be had at once. Never throws. */
export const readPageHardware = (navigator: PageNavigator): PageHardware => {
  const { hardwareConcurrency = 1, deviceMemory, userAgent = '', userAgentData } = navigator
  const isHandheld = userAgentData?.mobile ?? HANDHELD.test(userAgent)
  const browser = browserOf(navigator)
  const { platform } = userAgentData ?? {}
  return {
    threads: Math.max(1, Math.floor(hardwareConcurrency)),
    ...(deviceMemory !== undefined && { memoryGb: deviceMemory }),
    isHandheld,
    ...(browser && { browser }),
    ...(platform && { platform }),
  }
}

/** What WebGL calls its renderer; undefined where it would not say. */
export type ReadRenderer = () => string | undefined

const adapterOf = async (
  { gpu }: PageNavigator,
  readRenderer: ReadRenderer,
): Promise<Pick<LateHardware, 'gpu' | 'gpuName'>> => {
  const adapter = await gpu?.requestAdapter().catch(() => null)
  if (!adapter) {
    const renderer = readRenderer()
    return renderer === undefined
      ? { gpu: 'unknown' }
      : { gpu: gpuClassOfRenderer(renderer), gpuName: renderer }
  }
  const { vendor = '', architecture = '', isFallbackAdapter = false } = adapter.info ?? {}
  const name = `${vendor} ${architecture}`.trim()
  const isFallback = isFallbackAdapter || adapter.isFallbackAdapter === true
  return { gpu: gpuClassOf(vendor, architecture, isFallback), ...(name && { gpuName: name }) }
}

const batteryOf = async (
  navigator: PageNavigator,
): Promise<Pick<LateHardware, 'battery' | 'batteryLevel'>> => {
  const battery = await navigator.getBattery?.()
  if (!battery) return {}
  const { charging, level, chargingTime } = battery
  // A desktop answers as a full battery on the mains would: of those nothing can be said.
  const isBattery = !charging || level < 1 || (chargingTime > 0 && Number.isFinite(chargingTime))
  return isBattery ? { battery: charging ? 'charging' : 'discharging', batteryLevel: level } : {}
}

/** Asks for what takes a moment. Never rejects: what is refused stays unknown. */
export const readLateHardware = async (
  navigator: PageNavigator,
  readRenderer: ReadRenderer = () => undefined,
): Promise<LateHardware> => {
  const [adapter, battery] = await Promise.allSettled([
    adapterOf(navigator, readRenderer),
    batteryOf(navigator),
  ])
  return {
    ...(adapter.status === 'fulfilled' ? adapter.value : { gpu: 'unknown' as const }),
    ...(battery.status === 'fulfilled' && battery.value),
  }
}
