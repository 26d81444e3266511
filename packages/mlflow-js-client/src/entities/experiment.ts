import type { components } from '../openapi/schema.gen.js'
import { toRecord } from './key-value.js'
import { understood } from './understood.js'

/** Deleted things can be restored until the server is told to purge them. */
export type LifecycleStage = 'active' | 'deleted'

/** An experiment as the server keeps it. */
export interface Experiment {
  readonly experimentId: string
  readonly name: string
  readonly artifactLocation: string
  readonly lifecycleStage: LifecycleStage
  /** Milliseconds since 1970; absent from old servers. */
  readonly creationTime?: number
  /** Milliseconds since 1970. */
  readonly lastUpdateTime?: number
  readonly tags: Readonly<Record<string, string>>
}

export const experimentFromWire = understood(
  (wire: components['schemas']['Experiment']): Experiment => ({
    experimentId: wire.experiment_id,
    name: wire.name,
    artifactLocation: wire.artifact_location ?? '',
    lifecycleStage: wire.lifecycle_stage ?? 'active',
    ...(wire.creation_time === undefined ? {} : { creationTime: wire.creation_time }),
    ...(wire.last_update_time === undefined ? {} : { lastUpdateTime: wire.last_update_time }),
    tags: toRecord(wire.tags),
  }),
)
