import { platform } from '#platform'
import { messageOf } from '../errors.js'
import { CREATE_RUN_FILES } from '../graphql/operations.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import { globToRegExp } from '../run/glob-pattern.js'
import type { RunStorage } from '../storage/run-storage.js'
import { eachLimited } from './each-limited.js'

const BATCH_DELAY_MS = 5_000
const CONCURRENT_UPLOADS = 16

export interface RunFilesOptions {
  readonly client: WandbClient
  readonly run: { readonly entity: string; readonly project: string; readonly run: string }
  readonly storage: RunStorage
  readonly ignoreGlobs: readonly string[]
  readonly onUploaded: (name: string) => void
  readonly warn: (message: string, topic?: string) => void
  readonly signal: AbortSignal
}

/** The files of a run's page on their way to the server. Names asked for within a few seconds share one request. */
export class RunFiles {
  readonly #options: RunFilesOptions
  readonly #ignored: readonly RegExp[]
  readonly #waiting = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #failed = 0

  constructor(options: RunFilesOptions) {
    this.#options = options
    this.#ignored = options.ignoreGlobs.map(globToRegExp)
  }

  /** Files that could not be uploaded. */
  get failed(): number {
    return this.#failed
  }

  upload(name: string): void {
    if (this.#ignored.some(pattern => pattern.test(name))) return
    this.#waiting.add(name)
    this.#timer ??= platform.background(setTimeout(() => void this.flush(), BATCH_DELAY_MS))
  }

  /** Uploads what waits, and waits for what is under way. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const names = [...this.#waiting]
    this.#waiting.clear()
    if (names.length > 0) this.#work = this.#work.then(() => this.#upload(names))
    return this.#work
  }

  async #upload(names: readonly string[]): Promise<void> {
    const { client, run, storage, onUploaded, warn, signal } = this.#options
    const present = names.filter(name => storage.file(name) !== undefined)
    if (present.length === 0) return
    try {
      const data = await client.query(CREATE_RUN_FILES, { ...run, files: present }, signal)
      const created = data.createRunFiles as JsonObject | null
      const headers = (created?.uploadHeaders ?? []) as string[]
      const files = (created?.files ?? []) as { name: string; uploadUrl: string | null }[]
      await eachLimited(files, CONCURRENT_UPLOADS, async ({ name, uploadUrl }) => {
        // No address: the server does not want the file.
        const content = storage.file(name)
        if (!uploadUrl || !content) return
        try {
          await client.upload(uploadUrl, headers, { name, content }, signal)
          onUploaded(name)
        } catch (error) {
          this.#failed++
          warn(`The file ${name} is not uploaded: ${messageOf(error)}`)
        }
      })
    } catch (error) {
      this.#failed += present.length
      warn(`${present.length} files are not uploaded: ${messageOf(error)}`)
    }
  }
}
