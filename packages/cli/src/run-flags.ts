import type { TrackingOptions } from '@epochwatt/core'
import type { Call, OptionSpec } from './command.js'
import type { FlagNames } from './flag-names.js'
import { FOOTPRINT_FLAGS } from './footprint-flags.js'
import { numberOption } from './number-option.js'
import { DIR_OPTION } from './store-option.js'
import { numberFlag, switchFlag, type TrackingFlag, textFlag } from './tracking-flag.js'

const FLAGS: Readonly<Record<string, TrackingFlag>> = {
  name: textFlag('name', 'TEXT', 'Name of the run.'),
  project: textFlag('project', 'TEXT', 'Project that it belongs to.'),
  dir: { ...DIR_OPTION, option: 'dir' },
  country: textFlag('country', 'CODE', 'Country, e.g. FR.'),
  region: textFlag('region', 'CODE', 'Region inside the country.'),
  cloud: textFlag('cloud', 'P:R', 'Cloud provider and region.'),
  'cloud-metadata': switchFlag(
    'cloudMetadata',
    'Ask the metadata service of a rented machine for region and type.',
  ),
  'locate-by-ip': switchFlag('locateByIp', 'Ask a service on the internet for the country (docs/grid.md).'),
  'grid-intensity': numberFlag('gridIntensity', 'G', 'Carbon intensity of the electricity, gCO2e/kWh.'),
  grid: textFlag('grid', 'PROVIDER', 'Whom to ask for the intensity meanwhile (docs/grid.md).'),
  'grid-zone': textFlag('gridZone', 'ZONE', 'Zone in the list of the provider.'),
  offline: switchFlag('offline', 'Ask nobody over the network.'),
  pue: numberFlag('pue', 'RATIO', 'Power usage effectiveness of the building.'),
  'sampling-interval-ms': numberFlag('samplingIntervalMs', 'MS', 'Time between readings (default: 1000).'),
  scope: textFlag(
    'scope',
    'SCOPE',
    '"process" (default): the command and its children. "machine": everything.',
  ),
  'static-policy': textFlag('staticPolicy', 'POLICY', 'Whose the idle power is (docs/methodology.md).'),
  'idle-watts': numberFlag('idleWatts', 'W', 'Calibrated idle power of the machine.'),
  'cpu-tdp-watts': numberFlag('cpuTdpWatts', 'W', 'Thermal design power of one CPU package.'),
  psys: switchFlag('psys', 'Use the platform (psys) counter where there is one.'),
  job: textFlag('job', 'NAME', 'Job that the command is one of several ranks of.'),
  embodied: textFlag('embodied', 'MODE', '"true" (default), "parts" (a server by its parts) or "false".'),
  ...FOOTPRINT_FLAGS,
}

/** Flags of a run for its table of options. */
export const RUN_FLAGS: Readonly<Record<string, OptionSpec>> = Object.fromEntries(
  Object.entries(FLAGS).map(([flag, { option: _, isNumber: __, ...spec }]) => [flag, spec]),
)

export const RUN_FLAG_NAMES: FlagNames = Object.fromEntries(
  Object.entries(FLAGS).map(([flag, { option }]) => [flag, option]),
)

const SWITCHES: Readonly<Record<string, boolean>> = { true: true, false: false }

const readFlag = (call: Call, flag: string, { type, isNumber }: TrackingFlag, command: string) => {
  if (type === 'boolean') return call.flag(flag) || undefined
  if (isNumber) return numberOption(call, flag, command)
  const given = call.text(flag)
  return flag === 'embodied' && given !== undefined ? (SWITCHES[given] ?? given) : given
}

/** Options of a run that flags say. */
export const runFlagsOf = (call: Call, command: string): TrackingOptions =>
  Object.fromEntries(
    Object.entries(FLAGS)
      .map(([flag, spec]) => [spec.option, readFlag(call, flag, spec, command)] as const)
      .filter(([, value]) => value !== undefined),
  )
