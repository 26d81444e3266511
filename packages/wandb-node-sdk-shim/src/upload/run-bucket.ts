import { platform } from '#platform'
import { messageOf, WandbError } from '../errors.js'
import { UPSERT_BUCKET } from '../graphql/operations.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import type { BodyOf } from '../record/record-body.js'

const UPSERT_DELAY_MS = 5_000

/** Where the server put the run. */
export interface Bucket {
  readonly storageId: string
  readonly entity: string
  readonly project: string
  readonly displayName: string
  /** Rows that the server has under this id. */
  readonly historyLineCount: number
}

export interface RunBucketOptions {
  readonly client: WandbClient
  readonly program: string | undefined
  /** The config as it is now, as the server wants it. */
  readonly config: () => string
  readonly signal: AbortSignal
  /** Told when a change did not reach the server. */
  readonly onLoss: (message: string) => void
}

/** The run as the server keeps it apart from its rows: name, tags, config. Changes are sent a few seconds together. */
export class RunBucket {
  readonly #options: RunBucketOptions
  #run: BodyOf<'run'> = {}
  #git: { remoteUrl?: string; commit?: string } | undefined
  #bucket: Bucket | undefined
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(options: RunBucketOptions) {
    this.#options = options
  }

  /** @throws {WandbError} if the server does not take the run before `signal` aborts. */
  async announce(run: BodyOf<'run'>, storageId: string | undefined, signal: AbortSignal): Promise<Bucket> {
    this.#run = run
    this.#git = run.git ?? this.#git
    this.#bucket = await this.#upsert(storageId, signal)
    return this.#bucket
  }

  /** Commit and remote may be told by the environment rather than by the run. */
  takeGit(git: { remoteUrl?: string; commit?: string } | undefined): void {
    this.#git ??= git
  }

  changed(): void {
    if (this.#bucket)
      this.#timer ??= platform.background(setTimeout(() => void this.flush(), UPSERT_DELAY_MS))
  }

  /** Sends what has changed, if anything has, and waits for what is under way. */
  flush(): Promise<void> {
    if (this.#timer) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#work = this.#work.then(() => this.#update())
    }
    return this.#work
  }

  async #update(): Promise<void> {
    try {
      await this.#upsert(this.#bucket?.storageId, this.#options.signal)
    } catch (error) {
      this.#options.onLoss(`The run's config is not uploaded: ${messageOf(error)}`)
    }
  }

  async #upsert(storageId: string | undefined, signal: AbortSignal): Promise<Bucket> {
    const run = this.#run
    const variables: JsonObject = {
      id: storageId ?? null,
      name: run.runId ?? '',
      project: run.project || null,
      entity: run.entity || null,
      groupName: run.runGroup || null,
      displayName: run.displayName || null,
      notes: run.notes || null,
      commit: this.#git?.commit || null,
      config: this.#options.config(),
      host: run.host || null,
      program: this.#options.program ?? null,
      repo: this.#git?.remoteUrl || null,
      jobType: run.jobType || null,
      tags: [...(run.tags ?? [])],
    }
    const data = await this.#options.client.query(UPSERT_BUCKET, variables, signal)
    const bucket = (data.upsertBucket as JsonObject | null)?.bucket as JsonObject | null | undefined
    const project = bucket?.project as JsonObject | null | undefined
    const entity = project?.entity as JsonObject | null | undefined
    if (!bucket || !project || !entity) {
      throw new WandbError('COMMUNICATION', 'UpsertBucket: the server does not say where it put the run.')
    }
    return {
      storageId: String(bucket.id),
      entity: String(entity.name),
      project: String(project.name),
      displayName: typeof bucket.displayName === 'string' ? bucket.displayName : '',
      historyLineCount: typeof bucket.historyLineCount === 'number' ? bucket.historyLineCount : 0,
    }
  }
}
