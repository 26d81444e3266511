import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Systeminformation } from 'systeminformation'

/** What a record says about the machine: no serial number, no UUID, no host, user or network name. */
export interface HardwareDescription {
  readonly [fact: string]: unknown
  readonly cpu_vendor?: string
  readonly cpu_cores?: number
  readonly cpu_physical_cores?: number
  readonly cpu_max_ghz?: number
  readonly os?: string
  readonly os_kernel?: string
  readonly os_arch?: string
  readonly system_vendor?: string
  readonly system_model?: string
  readonly virtual_host?: string
  readonly gpus?: readonly {
    readonly vendor?: string
    readonly model?: string
    readonly memory_mb?: number
  }[]
}

/** Answers of systeminformation; those that failed or took too long are null. */
type Answers = readonly [
  cpu: Partial<Systeminformation.CpuData> | null,
  os: Partial<Systeminformation.OsData> | null,
  system: Partial<Systeminformation.SystemData> | null,
  graphics: Partial<Systeminformation.GraphicsData> | null,
]

/**
 * systeminformation starts lspci, dmidecode, nvidia-smi and others, some of them synchronously: a driver that hangs
 * would hang this process. In a process of its own it can be ended, and its 60 ms of loading are not ours.
 */
const PROGRAM = `
const si = require(process.argv[1])
const limit = Number(process.argv[2])
const inTime = promise =>
  Promise.race([promise.catch(() => null), new Promise(resolve => setTimeout(resolve, limit, null))])
Promise.all([si.cpu(), si.osInfo(), si.system(), si.graphics()].map(inTime)).then(answers => {
  process.stdout.write(JSON.stringify(answers), () => process.exit())
})`

const askSysteminformation = (timeoutMs: number): Promise<Answers> =>
  new Promise((resolve, reject) => {
    const library = createRequire(import.meta.url).resolve('systeminformation')
    execFile(
      process.execPath,
      ['--input-type=commonjs', '--eval', PROGRAM, library, String(timeoutMs * 0.8)],
      {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        windowsHide: true,
        maxBuffer: 4 * 2 ** 20,
        // Hooks that the caller preloads into every Node (an auto-start of ours among them) have no business there.
        env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
      },
      (error, stdout) => {
        if (error) return reject(error)
        try {
          resolve(JSON.parse(stdout))
        } catch (cause) {
          reject(cause)
        }
      },
    )
  })

/** Placeholders with which firmware and libraries fill fields they know nothing of. */
const known = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim()
  return trimmed &&
    !/^(-|unknown|default string|to be filled.*|system (product name|manufacturer)|n\/a)$/i.test(trimmed)
    ? trimmed
    : undefined
}

const positive = (value: number | null | undefined): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined

const withoutUndefined = <T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

const selectGpu = ({ vendor, model, vram }: Systeminformation.GraphicsControllerData) =>
  withoutUndefined({ vendor: known(vendor), model: known(model), memory_mb: positive(vram) })

/** Takes over named facts only: systeminformation also returns serial numbers, UUIDs and host names. */
export const selectFacts = ([cpu, os, system, graphics]: Answers): HardwareDescription =>
  withoutUndefined({
    cpu_vendor: known(cpu?.manufacturer),
    cpu_cores: positive(cpu?.cores),
    cpu_physical_cores: positive(cpu?.physicalCores),
    cpu_max_ghz: positive(cpu?.speedMax) ?? positive(cpu?.speed),
    os: known([known(os?.distro), known(os?.release)].filter(Boolean).join(' ')),
    os_kernel: known(os?.kernel),
    os_arch: known(os?.arch),
    system_vendor: known(system?.manufacturer),
    system_model: known(system?.model),
    virtual_host: known(system?.virtualHost),
    // An empty list may as well mean that there was no tool to list them.
    gpus: graphics?.controllers?.length ? graphics.controllers.map(selectGpu) : undefined,
  })

/**
 * Describes the machine for the record. Starts other programs, so it belongs outside every measured window. Never
 * rejects and never takes longer than `timeoutMs`; what could not be found out is left out.
 *
 * @example
 * const { cpu_vendor, gpus } = await describeHardware({ timeoutMs: 3000 })
 */
export const describeHardware = async ({ timeoutMs = 5000 } = {}): Promise<HardwareDescription> => {
  try {
    return selectFacts(await askSysteminformation(timeoutMs))
  } catch {
    return {}
  }
}
