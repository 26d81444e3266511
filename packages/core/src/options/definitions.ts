import type * as Zod from 'zod'
import type { Scope, StaticPolicy } from '../journal/entry.js'
import type { RunExporter } from '../export/exporter.js'

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
  /** Carbon intensity of the electricity, gCO2e/kWh; wins over every table. */
  gridIntensity?: number
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
  /** How the text of an environment variable becomes a value; absent: it cannot be set there. */
  readonly fromText?: (text: string) => unknown
  readonly schema: (z: typeof Zod) => Zod.ZodType
}

const asNumber = (text: string): unknown => (text.trim() === '' ? text : Number(text))
const asText = (text: string): unknown => text
const asBoolean = (text: string): unknown =>
  ({ 1: true, true: true, yes: true, on: true, 0: false, false: false, no: false, off: false })[text.toLowerCase()] ?? text

const scalarRecord = (z: typeof Zod) => z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

/** Every option once: its name, its form and where it may be set. Adding an option is adding a row. */
export const OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'name',
    accepted: 'a non-empty text of at most 200 characters',
    fromText: asText,
    schema: z => z.string().trim().min(1).max(200),
  },
  {
    name: 'project',
    accepted: 'a non-empty text of at most 200 characters',
    fromText: asText,
    schema: z => z.string().trim().min(1).max(200),
  },
  {
    name: 'dir',
    accepted: 'the path of a folder that can be created and written to',
    fromText: asText,
    schema: z => z.string().min(1).refine(path => !path.includes('\0')),
  },
  {
    name: 'country',
    accepted: 'an ISO 3166-1 code or English name of a country, e.g. "FR"',
    fromText: asText,
    schema: z => z.string().trim().min(1),
  },
  {
    name: 'region',
    accepted: 'the code of a region, e.g. "US-CA"',
    fromText: asText,
    schema: z => z.string().trim().min(1),
  },
  {
    name: 'cloud',
    accepted: 'provider and region with a colon, e.g. "aws:eu-north-1"',
    fromText: asText,
    schema: z => z.string().trim().min(1),
  },
  {
    name: 'gridIntensity',
    accepted: 'a number of gCO2e per kWh from 0 to 3000',
    fromText: asNumber,
    schema: z => z.number().min(0).max(3000),
  },
  {
    name: 'pue',
    accepted: 'a ratio from 1 to 5',
    fromText: asNumber,
    schema: z => z.number().min(1).max(5),
  },
  {
    name: 'samplingIntervalMs',
    accepted: 'a number of milliseconds from 50 to 60000',
    fromText: asNumber,
    schema: z => z.number().min(50).max(60_000),
  },
  {
    name: 'scope',
    accepted: '"process" or "machine"',
    fromText: asText,
    schema: z => z.enum(['process', 'machine']),
  },
  {
    name: 'staticPolicy',
    accepted: '"none", "proportional", "capacity", "reserved" or "full"',
    fromText: asText,
    schema: z => z.enum(['none', 'proportional', 'capacity', 'reserved', 'full']),
  },
  {
    name: 'idleWatts',
    accepted: 'a number of watts from 0 to 100000',
    fromText: asNumber,
    schema: z => z.number().min(0).max(100_000),
  },
  {
    name: 'cpuTdpWatts',
    accepted: 'a number of watts from 1 to 1500',
    fromText: asNumber,
    schema: z => z.number().min(1).max(1500),
  },
  { name: 'psys', accepted: 'true or false', fromText: asBoolean, schema: z => z.boolean() },
  { name: 'embodied', accepted: 'true or false', fromText: asBoolean, schema: z => z.boolean() },
  {
    name: 'tags',
    accepted: 'an object of texts',
    schema: z => z.record(z.string(), z.string()),
  },
  {
    name: 'params',
    accepted: 'an object of texts, numbers and booleans',
    schema: scalarRecord,
  },
  { name: 'disabled', accepted: 'true or false', fromText: asBoolean, schema: z => z.boolean() },
  {
    name: 'exporters',
    accepted: 'a list of exporters, each with a name and an export function',
    schema: z =>
      z.array(
        z.custom<RunExporter>(
          value =>
            typeof value === 'object' &&
            value !== null &&
            typeof (value as RunExporter).name === 'string' &&
            typeof (value as RunExporter).export === 'function',
        ),
      ),
  },
]
