import type { RecordBody } from '../record/record-body.js'
import type { Settings } from '../settings/settings.js'
import type { RunStorage } from '../storage/run-storage.js'
import type { RunConfig } from './run-config.js'
import type { RunLink } from './run-link.js'
import type { SaveOptions } from './saved-files.js'
import type { SummaryTree } from './summary-tree.js'
import type { Terminal } from './terminal.js'

/** Who a run is. */
export interface RunIdentity {
  readonly id: string
  readonly project: string
  readonly entity: string
  readonly name: string
}

export interface RunParts {
  readonly identity: RunIdentity
  readonly settings: Settings
  readonly startTime: Date
  /** The run is told of afterwards: its time is that of what is logged. */
  readonly isBackdated: boolean
  readonly config: RunConfig
  readonly summary: SummaryTree
  /** Undefined for a disabled run, of which nothing is kept. */
  readonly storage: RunStorage | undefined
  /** The user's files that belong to the run's page; undefined where there are no files. */
  readonly saved?: RunSaves
  /** Takes every record of the run: the file, the uploader, or nothing. */
  readonly write: (body: RecordBody) => void
  /** Called once, when the last record is written. */
  readonly onClosed: (run: object, exitCode: number) => void
  /** Called when all of the run is on the server. */
  readonly onUploaded?: () => void
  /** The connection to the server, if the run is online. */
  readonly link: RunLink | undefined
  readonly terminal: Terminal
  readonly startingStep: number
  /** Seconds that the run took before it was resumed. */
  readonly previousRuntimeSeconds: number
  /** Rows of machine measurements that the server had by then. */
  readonly previousSystemRows: number
  readonly resumed: boolean
}

/** Files that a user keeps with a run. */
export interface RunSaves {
  save(pattern: string, options: SaveOptions): string[]
  refresh(): void
}

/** How a run ended. */
export interface FinishResult {
  readonly exitCode: number
  /** True if everything is on the server; else the run's directory holds it and `sync` can upload it. */
  readonly uploaded: boolean
}
