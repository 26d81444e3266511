import type { ExportedRun } from '../export/exporter.js'
import type { Delivery } from '../export/start-delivery.js'
import type { LiveGrid } from '../grid/live/grid-poller.js'
import type { RunEntry } from '../journal/entry.js'
import type { DeferredProbe, ProbeEnvironment } from '../sensors/sensor.js'
import type { PlaceQuestion } from './ask-for-place.js'

/** Everything that was decided before the first reading. */
export interface SessionPlan {
  /** Its start is dated with the first reading. */
  readonly run: Omit<RunEntry, 'startedAt'>
  readonly directory: string
  readonly dir: string
  readonly environment: ProbeEnvironment
  /** What the sampler's thread has yet to ask. */
  readonly deferred: readonly DeferredProbe[]
  /** The job that this process is a rank of, with others on this machine. */
  readonly job?: string
  /** Whom to ask for the intensity of the grid meanwhile. */
  readonly live?: readonly LiveGrid[]
  /** Whom to ask for the place of the machine, where that is allowed and of use. */
  readonly place?: PlaceQuestion
  /** Begins to send the run on. */
  readonly deliver?: (run: ExportedRun) => Delivery
}
