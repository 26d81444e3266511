import type { RunExporter } from '../export/exporter.js'
import { EXPORTER_PACKAGES, type ExporterName, isExporterName } from '../export/exporter-names.js'
import type { Tariff } from '../footprint/tariff.js'
import { isAverageIntensity } from '../grid/average-intensity.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import { GRID_PROVIDER_NAMES } from '../grid/live/provider-names.js'
import type { GridChoice } from '../grid/live/resolve-live-grid.js'
import type { Scope, StaticPolicy } from '../journal/entry.js'
import type { MeterOption } from '../sensors/meters/meter-option.js'
import { FOOTPRINT_OPTIONS } from './footprint-options.js'
import { gridChoiceOf, isGridChoice } from './grid-choice.js'
import { asNumber, asText, isNumber } from './value-forms.js'

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
  /**
   * Ask the metadata service of a rented machine for its region and type, which leaves the host by no wire. Default
   * false. Used only where none of the three above says the place.
   */
  cloudMetadata?: boolean
  /**
   * Ask a service on the internet in which country the IP address of this machine lies: `true` for GeoJS, or the address
   * of a service of your own that answers `{"country":"SE"}`. Default false. Used only where nothing above says the
   * place; a guess, since VPNs and proxies have addresses elsewhere. See docs/grid.md.
   */
  locateByIp?: boolean | string
  /** Carbon intensity of the electricity, in gCO2e/kWh or with basis, source and interval; wins over every table. */
  gridIntensity?: number | GridIntensity
  /**
   * Who is asked for the course of the intensity during the run: the name of a provider or one of your own, or one of
   * each kind. Nobody by default. See docs/grid.md.
   */
  grid?: GridChoice | readonly GridChoice[]
  /** The zone in the provider's own list, e.g. `US-CAL-CISO`, `CAISO_NORTH` or `EC1A`; where the place is not enough. */
  gridZone?: string
  /** Power usage effectiveness of the building, ≥ 1. */
  pue?: number
  /** Milliseconds between readings, 50 to 60 000. Default 1000. */
  samplingIntervalMs?: number
  /** Book this process tree's share of the machine (default), or the whole machine. */
  scope?: Scope
  /**
   * Name of the job that this process is one of several ranks of on this machine, the same in all of them. Default: what
   * torchrun, Slurm or Open MPI say. What each of them would count as a whole is divided among them. See docs/sensors.md.
   */
  job?: string
  /** Weight of idle power; see docs/methodology.md. Default `reserved`: a container's limit if there is one, else the share of busy time. */
  staticPolicy?: StaticPolicy
  /** Calibrated idle power of the machine without GPUs that have a sensor of their own, watts. */
  idleWatts?: number
  /** Thermal design power of one CPU package, watts, where the model table is wrong or has none. */
  cpuTdpWatts?: number
  /** Use the platform (psys) counter instead of package and memory counters. */
  psys?: boolean
  /** Meters outside the machine: smart plugs, exporters, management boards. They stand for all they cover. See docs/sensors.md. */
  meters?: readonly MeterOption[]
  /** Count the share of the hardware's production; of a server `parts` counts by its parts. Default true. */
  embodied?: boolean | 'parts'
  /** Solid-state storage of the machine, GB; for `embodied: 'parts'`. */
  storageGb?: number
  /** Making of the machine without accelerators, kgCO2e, where it is known. */
  machineKg?: number
  /** How long the hardware stays in use, years. Default 4, with bounds of 3 and 6. */
  lifetimeYears?: number
  /** Output over input of the power supply: counts what is lost in it. */
  psuEfficiency?: number
  /** Energy of board, fans, drives and network card over that of the measured parts; Boavizta takes 0.33. */
  boardShare?: number
  /** Energy of preparing this run (searches, failed tries, data) over its own: shown beside the total. */
  preparationFactor?: number
  /** Water usage effectiveness of the site, litres per kWh of IT energy. */
  wue?: number
  /** Litres of water that making a kWh of the electricity uses. */
  waterIntensity?: number
  /** Price of the electricity, e.g. `0.31 EUR; 22:00-06:00 0.22`. See docs/methodology.md. */
  tariff?: string | Tariff
  /** Intensity by the supplier's contract, gCO2e/kWh: shown beside the location-based one. */
  marketIntensity?: number
  /** Marginal intensity, gCO2e/kWh: shown beside. */
  marginalIntensity?: number
  /** Offsets that were bought for this run, kgCO2e: reported beside the footprint, taken off nothing. */
  offsetKg?: number
  /** Labels. */
  tags?: Readonly<Record<string, string>>
  /** Hyper-parameters and other facts of the run. */
  params?: Readonly<Record<string, string | number | boolean>>
  /** Ask nobody over the network, whatever `grid` and `meters` say: earlier intensities are used, with a warning. */
  offline?: boolean
  /** Do nothing at all. */
  disabled?: boolean
  /**
   * Send to MLflow when MLFLOW_TRACKING_URI is set, and to W&B when WANDB_API_KEY, WANDB_PROJECT or WANDB_MODE is, if
   * the plugin is installed. Default true; `exporters`, even an empty list, takes its place. See docs/delivery.md.
   */
  autoExport?: boolean
  /**
   * Where records and events go besides the local store. A name stands for the installed plugin with its defaults, so that
   * config files can turn exporters on: see docs/institutions.md.
   */
  exporters?: readonly (RunExporter | ExporterName)[]
}

export type OptionName = keyof TrackingOptions

export interface OptionDefinition {
  readonly name: OptionName
  /** What a message says is accepted. */
  readonly accepted: string
  readonly accepts: (value: unknown) => boolean
  /** How the text of an environment variable becomes a value; absent: it cannot be set there. */
  readonly fromText?: (text: string) => unknown
  /** May hold keys: no message repeats its value. */
  readonly isSecret?: true
}

const asBoolean = (text: string): unknown =>
  ({ 1: true, true: true, yes: true, on: true, 0: false, false: false, no: false, off: false })[
    text.toLowerCase()
  ] ?? text

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `team=vision,user=ada`. What has another form stays text, which no object is. */
const asPairs = (text: string): unknown => {
  const pairs = text.split(',').map(pair => pair.split(/=(.*)/s).slice(0, 2))
  return pairs.every(([name, value]) => name?.trim() && value !== undefined)
    ? Object.fromEntries(pairs.map(([name, value]) => [name!.trim(), value]))
    : text
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200 && !value.includes('\0')
const isPath = (value: unknown): boolean => typeof value === 'string' && value !== '' && !value.includes('\0')
const isHttpAddress = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)
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
  { name: 'cloudMetadata', accepted: 'true or false', accepts: isBoolean, fromText: asBoolean },
  {
    name: 'locateByIp',
    accepted: 'true, false, or the http or https address of a service that answers {"country":"SE"}',
    accepts: value => isBoolean(value) || isHttpAddress(value),
    fromText: asBoolean,
    isSecret: true,
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
    accepted: `${GRID_PROVIDER_NAMES.map(name => `"${name}"`).join(', ')}, or in code a provider object; or several of them, in a list`,
    accepts: isGridChoice,
    fromText: gridChoiceOf,
  },
  {
    name: 'gridZone',
    accepted:
      'the name of a zone in the list of the provider, e.g. "US-CAL-CISO"; of several providers "NAME=ZONE,NAME=ZONE"',
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
    name: 'job',
    accepted: 'a non-empty text of at most 200 characters, the same in all ranks',
    accepts: isText,
    fromText: asText,
  },
  {
    name: 'staticPolicy',
    accepted: '"none", "proportional", "capacity", "equal", "reserved" or "full"',
    accepts: isOneOf('none', 'proportional', 'capacity', 'equal', 'reserved', 'full'),
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
  {
    name: 'meters',
    accepted:
      'a list of objects with a type, e.g. [{"type":"shelly-gen2","url":"http://192.168.1.20"}], in the environment as JSON',
    accepts: value =>
      Array.isArray(value) &&
      value.every(each => typeof each === 'object' && each !== null && 'type' in each),
    fromText: asJson,
    isSecret: true,
  },
  {
    name: 'embodied',
    accepted: 'true, false or "parts"',
    accepts: value => isBoolean(value) || value === 'parts',
    fromText: asBoolean,
  },
  ...FOOTPRINT_OPTIONS,
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
  { name: 'autoExport', accepted: 'true or false', accepts: isBoolean, fromText: asBoolean },
  {
    name: 'exporters',
    accepted: `a list of exporters, each with a name and an export function, or one of ${Object.keys(EXPORTER_PACKAGES).join(', ')}, each once`,
    accepts: value =>
      Array.isArray(value) &&
      value.every(each => isExporter(each) || isExporterName(each)) &&
      new Set(value).size === value.length,
    fromText: text => text.split(',').map(name => name.trim()),
  },
]
