import { EpochwattError, OptionError } from '../errors.js'
import type { RunExporter } from '../export/exporter.js'
import { closest } from '../options/closest.js'
import { OPTIONS, type OptionName, type TrackingOptions } from '../options/definitions.js'
import { FOOTPRINT_OPTIONS } from '../options/footprint-options.js'

/** Anything with the methods of `localStorage` and `sessionStorage` that are used. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** Options of `startTracking` in a page: those of Node that mean something there, and where to keep a copy. */
export interface PageTrackingOptions extends Omit<TrackingOptions, 'exporters'> {
  /** Where records and events go. */
  exporters?: readonly RunExporter[]
  /**
   * Keeps what is needed to finish the run after a crash or a reload, at most 256 kB a run, e.g. `localStorage`; see
   * `recoverPageRuns`. Default: nothing is kept.
   */
  keepIn?: PageStorage
}

const IN_PAGES: readonly OptionName[] = [
  'name',
  'project',
  'country',
  'region',
  'cloud',
  'gridIntensity',
  'pue',
  'samplingIntervalMs',
  'scope',
  'staticPolicy',
  'embodied',
  ...FOOTPRINT_OPTIONS.map(({ name }) => name),
  'tags',
  'params',
  'disabled',
  'exporters',
]

const SUPPORTED = OPTIONS.filter(({ name }) => IN_PAGES.includes(name))

const LIVE_GRID = 'give gridIntensity, or train in Node.js for live figures'
const PLACE = 'give country, region or cloud; what asks for the place runs in Node.js'
const MODELS = 'a page reads no instrument and is modelled by the class of its device; it needs Node.js'

/** What to do instead of what a page has not. */
const INSTEAD: Readonly<Partial<Record<OptionName, string>>> = {
  dir: 'a page has no folder; keepIn keeps a copy, downloadRecord saves the record',
  cloudMetadata: PLACE,
  locateByIp: PLACE,
  grid: LIVE_GRID,
  gridZone: LIVE_GRID,
  idleWatts: MODELS,
  cpuTdpWatts: MODELS,
  psys: MODELS,
  meters: MODELS,
  job: 'a page is no rank of a job',
  offline: 'a page asks nobody but the exporters that it was given',
  autoExport: 'a page sends only to the exporters that it was given',
}

const NAMES: readonly string[] = [...SUPPORTED.map(({ name }) => name), 'keepIn']

const isStorage = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (['getItem', 'setItem', 'removeItem', 'key'] as const).every(
    key => typeof (value as PageStorage)[key] === 'function',
  )

/**
 * Checks options as they may be in a page: there is no environment and no file, and some have no meaning.
 *
 * @throws OptionError for a wrong value or one that a page cannot honour, EpochwattError `OPTION_UNKNOWN`.
 */
export const checkPageOptions = (options: PageTrackingOptions = {}): void => {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (name === 'keepIn') {
      if (!isStorage(value)) throw new OptionError(name, value, 'localStorage or sessionStorage')
      continue
    }
    if (name === 'scope' && value === 'machine')
      throw new OptionError(name, value, '"process" in a page, which sees only its own work')
    if (name === 'exporters' && Array.isArray(value) && value.some(each => typeof each === 'string'))
      throw new OptionError(name, value, 'exporters themselves in a page, which cannot look for packages')
    const definition = OPTIONS.find(option => option.name === name)
    if (!definition) {
      const near = closest(name, NAMES)
      const hint = near ? `Did you mean "${near}"?` : `Accepted: ${NAMES.join(', ')}.`
      throw new EpochwattError('OPTION_UNKNOWN', `Unknown option "${name}". ${hint}`)
    }
    if (!SUPPORTED.includes(definition)) {
      const instead = INSTEAD[definition.name] ?? 'it needs Node.js'
      throw new OptionError(
        name,
        definition.isSecret ? '(not shown)' : value,
        `nothing in a page: ${instead}`,
      )
    }
    if (!definition.accepts(value)) throw new OptionError(name, value, definition.accepted)
  }
}
