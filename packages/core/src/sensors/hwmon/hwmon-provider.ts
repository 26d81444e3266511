import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { readGrant } from '../read-grant.js'
import { readText } from '../read-text.js'
import type {
  ProbeEnvironment,
  ProbeResult,
  SensorProvider,
  SensorSpec,
  UnavailableSensor,
} from '../sensor.js'
import { acpiChannels, amdEnergyChannels, railChannels } from './board-channels.js'
import type { Channel } from './channel.js'
import { type Chip, findChips } from './chips.js'
import {
  amdgpuChannels,
  i915Channels,
  i915TileChannels,
  nouveauChannels,
  xeChannels,
} from './gpu-channels.js'
import { type HwmonSettings, openHwmon } from './open-hwmon.js'

const PROVIDER = 'hwmon'

/** What the channels of a chip mean, given all chips of the machine. */
type ChipRule = (chip: Chip, chips: readonly Chip[]) => Channel[]

/** By the driver's name. A chip of another name may measure anything: adding it to a figure would be a guess. */
const RULES: Readonly<Record<string, ChipRule>> = {
  amdgpu: amdgpuChannels,
  i915: i915Channels,
  i915_gt0: i915TileChannels,
  i915_gt1: i915TileChannels,
  xe: xeChannels,
  nouveau: nouveauChannels,
  ina3221: railChannels,
  ina3221x: railChannels,
  ina226: railChannels,
  ina237: railChannels,
  ina238: railChannels,
  power_meter: acpiChannels,
  amd_energy: amdEnergyChannels,
}

const RUNTIME_STATUS = 'power/runtime_status'

const toSpec = ({ chip, files, what, ...channel }: Channel): SensorSpec => {
  const paths = Object.fromEntries(
    Object.entries(files).map(([role, file]) => [role, join(chip.directory, file)]),
  ) as unknown as HwmonSettings['paths']
  const runtimeStatus = join(chip.device, RUNTIME_STATUS)
  const settings: HwmonSettings = {
    paths,
    ...(channel.component === 'gpu' && readText(runtimeStatus) !== undefined && { runtimeStatus }),
  }
  const how = channel.kind === 'power_gauge' ? ' and integrated by trapezoid' : ''
  return {
    ...channel,
    provider: PROVIDER,
    tier: 'measured',
    method: `${what[0]!.toUpperCase()}${what.slice(1)}, read from Linux hwmon (${chip.name})${how}`,
    // Gauges say nothing of the time between two edges.
    readAtBoundary: channel.kind === 'energy_counter',
    settings: { ...settings },
  }
}

/** The files of a channel by the path of their device: numbers of chips change from boot to boot. */
const lastingPaths = ({ settings }: SensorSpec): string[] =>
  Object.values((settings as unknown as HwmonSettings).paths).map(path => {
    let found = path
    try {
      found = realpathSync(path)
    } catch {
      // Then by the path that was found.
    }
    return found.replace(/\/hwmon\d+\//, '/hwmon*/')
  })

const obstacle = (spec: SensorSpec): UnavailableSensor | undefined => {
  const { id, domain } = spec
  let code: string | undefined
  try {
    const sensor = openHwmon(spec)
    sensor.read()
    code = sensor.error()
    sensor.close()
  } catch (error) {
    code = (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN'
  }
  switch (code) {
    case undefined:
    // Asleep, which is no fault.
    case 'EAGAIN':
      return undefined
    case 'EACCES':
    case 'EPERM':
      return {
        id,
        domain,
        state: 'locked',
        reason: 'the file exists, but this user may not read it',
        remedy: readGrant(lastingPaths(spec)),
      }
    default:
      return { id, domain, state: 'broken', reason: `reading it failed: ${code}` }
  }
}

const absent = (reason: string): ProbeResult => ({
  sensors: [],
  unavailable: [{ id: PROVIDER, domain: 'platform', state: 'absent', reason }],
})

const probe = ({ sysfsRoot, platform }: ProbeEnvironment): ProbeResult => {
  if (platform !== 'linux') return absent(`hwmon is an interface of Linux; this is ${platform}`)
  const chips = findChips(sysfsRoot)
  const specs = chips
    .flatMap(chip => (Object.hasOwn(RULES, chip.name) && RULES[chip.name]?.(chip, chips)) || [])
    .map(toSpec)
  if (specs.length === 0)
    return absent('no chip of the hwmon class measures power or energy of a part we know')
  const judged = specs.map(spec => ({ spec, fault: obstacle(spec) }))
  return {
    sensors: judged.filter(({ fault }) => !fault).map(({ spec }) => spec),
    unavailable: judged.map(({ fault }) => fault).filter(fault => fault !== undefined),
  }
}

/**
 * Energy and power channels of Linux hwmon whose meaning is known: AMD and Intel GPUs, the rails of Jetson modules, ACPI
 * meters (those of Grace among them), sockets of AMD servers.
 */
export const hwmonProvider: SensorProvider = { name: PROVIDER, probe }
