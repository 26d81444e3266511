import type { RecordBody } from '../record/record-body.js'
import type { Settings } from '../settings/settings.js'
import type { RunConfig } from './run-config.js'
import type { RunDirectory } from './run-directory.js'
import type { RunLink } from './run-link.js'
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
  readonly config: RunConfig
  readonly summary: SummaryTree
  readonly directory: RunDirectory | undefined
  /** Takes every record of the run: the file, the uploader, or nothing. */
  readonly write: (body: RecordBody) => void
  /** Called once, when the last record is written. */
  readonly onClosed: (exitCode: number) => void
  /** The connection to the server, if the run is online. */
  readonly link: RunLink | undefined
  readonly terminal: Terminal
  readonly startingStep: number
  /** Seconds that the run took before it was resumed. */
  readonly previousRuntimeSeconds: number
  readonly resumed: boolean
}

/** How a run ended. */
export interface FinishResult {
  readonly exitCode: number
  /** True if everything is on the server; else the run's directory holds it and `sync` can upload it. */
  readonly uploaded: boolean
}
