import type { RunExporter } from '../export/exporter.js'
import { isAverageIntensity } from '../grid/average-intensity.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { GridProvider } from '../grid/live/grid-provider.js'
import { GRID_PROVIDER_NAMES, type GridProviderName } from '../grid/live/provider-names.js'
import type { GridChoice } from '../grid/live/resolve-live-grid.js'
import type { Scope, StaticPolicy } from '../journal/entry.js'

/** Options of `startTracking`. Precedence: argument, then EPOCHWATT_… variable, then epochwatt.config.json, then default. */
export interface TrackingOptions {
  /** Human name of the run. Default: project and start time. */
  name?: string
  /** Groups runs. Default: the name of the working directory's package, else of the directory. */
  project?: string
  /** Run store. Default `.epochwatt` in the working directory. */
  dir?: string
  /** Country of the machine: ISO 3166-1 code or English name. */
  country?: string
  /** Region inside the country, e.g. `US-CA`. */
  region?: string
  /** Cloud provider and region, e.g. `aws:eu-north-1`. */
  cloud?: string
  /** Carbon intensity of the electricity, in gCO2e/kWh or with basis, source and interval; wins over every table. */
  gridIntensity?: number | GridIntensity
  /**
   * Who is asked for the course of the intensity during the run: the name of a provider or one of your own. Nobody by
   * default. See docs/grid.md.
   */
  grid?: GridChoice
  /** The zone in the provider's own list, e.g. `US-CAL-CISO`, `CAISO_NORTH` or `EC1A`; where the place is not enough. */
  gridZone?: string
  /** Power usage effectiveness of the building, ≥ 1. */
  pue?: number
  /** Milliseconds between readings, 50 to 60 000. Default 1000. */
  samplingIntervalMs?: number
  /** Book this process tree's share of the machine (default), or the whole machine. */
  scope?: Scope
  /** Weight of idle power; see docs/methodology.md. Default `reserved`: a container's limit if there is one, else the share of busy time. */
  staticPolicy?: StaticPolicy
  /** Calibrated idle power of the whole machine, watts. */
  idleWatts?: number
  /** Thermal design power of one CPU package, watts, where the model table is wrong or has none. */
  cpuTdpWatts?: number
  /** Use the platform (psys) counter instead of package and memory counters. */
  psys?: boolean
  /** Count the share of the hardware's production. Default true. */
  embodied?: boolean
  /** Labels. */
  tags?: Readonly<Record<string, string>>
  /** Hyper-parameters and other facts of the run. */
  params?: Readonly<Record<string, string | number | boolean>>
  /** Ask nobody for live intensity, whatever `grid` says: earlier answers are used, with a warning. */
  offline?: boolean
  /** Do nothing at all. */
  disabled?: boolean
  /** Where records and events go besides the local store. */
  exporters?: readonly RunExporter[]
}

export type OptionName = keyof TrackingOptions

export interface OptionDefinition {
  readonly name: OptionName
  /** What a message says is accepted. */
  readonly accepted: string
  readonly accepts: (value: unknown) => boolean
  /** How the text of an environment variable becomes a value; absent: it cannot be set there. */
  readonly fromText?: (text: string) => unknown
  /** Objects of the caller's own; they have no place in a file. */
  readonly onlyInCode?: true
}

const asNumber = (text: string): unknown => (text.trim() === '' ? text : Number(text))
const asText = (text: string): unknown => text
const asBoolean = (text: string): unknown =>
  ({ 1: true, true: true, yes: true, on: true, 0: false, false: false, no: false, off: false })[
    text.toLowerCase()
  ] ?? text

/** `team=vision,user=ada`. What has another form stays text, which no object is. */
const asPairs = (text: string): unknown => {
  const pairs = text.split(',').map(pair => pair.split(/=(.*)/s).slice(0, 2))
  return pairs.every(([name, value]) => name?.trim() && value !== undefined)
    ? Object.fromEntries(pairs.map(([name, value]) => [name!.trim(), value]))
    : text
}

const isNumber =
  (low: number, high: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= low && value <= high
const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200 && !value.includes('\0')
const isPath = (value: unknown): boolean => typeof value === 'string' && value !== '' && !value.includes('\0')
const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
const isOneOf =
  (...choices: readonly string[]) =>
  (value: unknown): boolean =>
    choices.includes(value as string)
const isRecordOf =
  (...types: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(each => types.includes(typeof each))
const isGridProvider = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (['name', 'source'] as const).every(key => typeof (value as GridProvider)[key] === 'string') &&
  ['lifecycle', 'direct', 'unknown'].includes((value as GridProvider).basis) &&
  ['average', 'marginal', 'residual'].includes((value as GridProvider).kind) &&
  (['zoneOf', 'fetch'] as const).every(key => typeof (value as GridProvider)[key] === 'function')
const isExporter = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as RunExporter).name === 'string' &&
  typeof (value as RunExporter).export === 'function'

/** Every option once: its name, its form and where it may be set. Adding an option is adding a row. */
export const OPTIONS: readonly OptionDefinition[] = [
  { name: 'name', accepted: 'a non-empty text of at most 200 characters', accepts: isText, fromText: asText },
  {
    name: 'project',
    accepted: 'a non-empty text of at most 200 characters',
    accepts: isText,
    fromText: asText,
  },
  {
    name: 'dir',
    accepted: 'the path of a folder that can be created and written to',
    accepts: isPath,
    fromText: asText,
  },
  {
    name: 'country',
    accepted: 'an ISO 3166-1 code or English name of a country, e.g. "FR"',
    accepts: isText,
    fromText: asText,
  },
  { name: 'region', accepted: 'the code of a region, e.g. "US-CA"', accepts: isText, fromText: asText },
  {
    name: 'cloud',
    accepted: 'provider and region with a colon, e.g. "aws:eu-north-1"',
    accepts: isText,
    fromText: asText,
  },
  {
    name: 'gridIntensity',
    accepted:
      'a number of gCO2e per kWh from 0 to 1500 (lb/MWh × 0.45359237), or a whole GridIntensity of kind "average"',
    accepts: value => isNumber(0, 1500)(value) || isAverageIntensity(value),
    fromText: asNumber,
  },
  {
    name: 'grid',
    accepted: `${GRID_PROVIDER_NAMES.map(name => `"${name}"`).join(', ')}, or in code a provider object`,
    accepts: value => isGridProvider(value) || GRID_PROVIDER_NAMES.includes(value as GridProviderName),
    fromText: asText,
  },
  {
    name: 'gridZone',
    accepted: 'the name of a zone in the list of the provider, e.g. "US-CAL-CISO"',
    accepts: isText,
    fromText: asText,
  },
  { name: 'pue', accepted: 'a ratio from 1 to 5', accepts: isNumber(1, 5), fromText: asNumber },
  {
    name: 'samplingIntervalMs',
    accepted: 'a number of milliseconds from 50 to 60000',
    accepts: isNumber(50, 60_000),
    fromText: asNumber,
  },
  {
    name: 'scope',
    accepted: '"process" or "machine"',
    accepts: isOneOf('process', 'machine'),
    fromText: asText,
  },
  {
    name: 'staticPolicy',
    accepted: '"none", "proportional", "capacity", "reserved" or "full"',
    accepts: isOneOf('none', 'proportional', 'capacity', 'reserved', 'full'),
    fromText: asText,
  },
  {
    name: 'idleWatts',
    accepted: 'a number of watts from 0 to 100000',
    accepts: isNumber(0, 100_000),
    fromText: asNumber,
  },
  {
    name: 'cpuTdpWatts',
    accepted: 'a number of watts from 1 to 1500',
    accepts: isNumber(1, 1500),
    fromText: asNumber,
  },
  { name: 'psys', accepted: 'true or false', accepts: isBoolean, fromText: asBoolean },
  { name: 'embodied', accepted: 'true or false', accepts: isBoolean, fromText: asBoolean },
  {
    name: 'tags',
    accepted: 'an object of texts, in the environment "name=text,name=text"',
    accepts: isRecordOf('string'),
    fromText: asPairs,
  },
  {
    name: 'params',
    accepted: 'an object of texts, numbers and booleans',
    accepts: isRecordOf('string', 'number', 'boolean'),
  },
  { name: 'offline', accepted: 'true or false', accepts: isBoolean, fromText: asBoolean },
  { name: 'disabled', accepted: 'true or false', accepts: isBoolean, fromText: asBoolean },
  {
    name: 'exporters',
    accepted: 'a list of exporters, each with a name and an export function',
    accepts: value => Array.isArray(value) && value.every(isExporter),
    onlyInCode: true,
  },
]
