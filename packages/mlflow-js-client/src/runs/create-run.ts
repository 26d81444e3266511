import { type TextValue, toKeyValues } from '../entities/key-value.js'
import { type Run, runFromWire } from '../entities/run.js'
import { type Api, apiFetch, bodyOf } from '../http/api.js'
import { createOnce, creationFilter, creationTag } from '../http/create-once.js'
import type { Transport } from '../http/transport.js'
import { checked } from '../validation/validate.js'

/** What a new run is made of. */
export interface CreateRun {
  readonly experimentId: string
  /** Default: the server makes one up, such as `sedate-stoat-156`. */
  readonly runName?: string | undefined
  /** Milliseconds since 1970. Default: now. */
  readonly startTime?: number | undefined
  readonly tags?: Readonly<Record<string, TextValue | undefined>> | undefined
}

export const createRun = (api: Api, transport: Transport, run: CreateRun): Promise<Run> =>
  createOnce(
    async (id, hooks) => {
      const body = await checked('createRun', {
        experiment_id: run.experimentId,
        // Without it the run would start in 1970.
        start_time: run.startTime ?? Date.now(),
        ...(run.runName === undefined ? {} : { run_name: run.runName }),
        tags: toKeyValues({ ...run.tags, [creationTag]: id }),
      })
      const fetch = apiFetch(transport, hooks)
      return runFromWire((await bodyOf(api.POST('/api/2.0/mlflow/runs/create', { body, fetch }))).run)
    },
    async id => {
      const body = await checked('searchRuns', {
        experiment_ids: [run.experimentId],
        filter: creationFilter(id),
        run_view_type: 'ALL' as const,
        max_results: 1,
      })
      const { runs } = await bodyOf(api.POST('/api/2.0/mlflow/runs/search', { body }))
      return runs?.[0] && runFromWire(runs[0])
    },
  )
