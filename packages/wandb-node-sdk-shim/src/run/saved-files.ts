import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { messageOf, WandbError } from '../errors.js'
import type { RecordBody } from '../record/record-body.js'
import { filesMatching } from './glob.js'

/** When a saved file is uploaded: once, at once; whenever it changed, and at the end; or at the end only. */
export type SavePolicy = 'now' | 'live' | 'end'

const POLICY_NUMBERS: Record<SavePolicy, number> = { now: 0, end: 1, live: 2 }

interface SavedFile {
  readonly source: string
  readonly target: string
  readonly path: string
  readonly policy: SavePolicy
  modifiedMs: number
}

/** How files are kept among the run's files. */
export interface SaveOptions {
  /** The part of the path that is not repeated in the run's files; default the file's own folder. */
  basePath?: string
  policy?: SavePolicy
}

/** The user's files that belong to the run's page, kept as copies among the run's files. */
export class SavedFiles {
  readonly #filesDir: string
  readonly #write: (body: RecordBody) => void
  readonly #warn: (message: string) => void
  readonly #files = new Map<string, SavedFile>()

  constructor(filesDir: string, write: (body: RecordBody) => void, warn: (message: string) => void) {
    this.#filesDir = filesDir
    this.#write = write
    this.#warn = warn
  }

  /** @throws {WandbError} `USAGE` if the policy is unknown or a file lies outside `basePath`. */
  save(pattern: string, { basePath, policy = 'live' }: SaveOptions = {}): string[] {
    if (!Object.hasOwn(POLICY_NUMBERS, policy)) {
      throw new WandbError('USAGE', `save: policy is ${JSON.stringify(policy)}; accepted: now, live, end.`)
    }
    const found = filesMatching(pattern)
    if (found.length === 0) this.#warn(`save: no file matches ${pattern}.`)
    const files = found.map(source => {
      const path =
        basePath === undefined
          ? basename(source)
          : relative(resolve(basePath), resolve(source)).split(sep).join('/')
      if (path.startsWith('..')) {
        throw new WandbError('USAGE', `save: ${source} does not lie under the base path ${basePath}.`)
      }
      const saved = {
        source: resolve(source),
        target: join(this.#filesDir, path),
        path,
        policy,
        modifiedMs: 0,
      }
      this.#files.set(path, saved)
      this.#copy(saved)
      return { path, policy: POLICY_NUMBERS[policy] }
    })
    if (files.length > 0) this.#write({ case: 'files', value: { files } })
    return files.map(({ path }) => path)
  }

  /** Copies again what changed since, and announces anew what is to be uploaded whenever it changes. */
  refresh(): void {
    const changed = [...this.#files.values()].filter(file => file.policy !== 'now' && this.#copy(file))
    const files = changed
      .filter(({ policy }) => policy === 'live')
      .map(({ path }) => ({ path, policy: POLICY_NUMBERS.live }))
    if (files.length > 0) this.#write({ case: 'files', value: { files } })
  }

  #copy(file: SavedFile): boolean {
    try {
      const { mtimeMs } = statSync(file.source)
      if (mtimeMs === file.modifiedMs) return false
      file.modifiedMs = mtimeMs
      mkdirSync(dirname(file.target), { recursive: true })
      copyFileSync(file.source, file.target)
      return true
    } catch (error) {
      this.#warn(`${file.source} could not be saved: ${messageOf(error)}`)
      return false
    }
  }
}
