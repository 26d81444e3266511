import { platform } from '#platform'
import { WandbError } from '../errors.js'
import type { JsonValue } from '../json/extended-json.js'
import { jsonFriendly } from '../run/json-friendly.js'
import { randomId } from '../settings/run-id.js'

/** Where the content of an artifact's file comes from. */
export type ArtifactSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'buffer'; readonly bytes: Uint8Array }
  | { readonly kind: 'reference'; readonly uri: string; readonly digest: string; readonly size: number }

/** How an upload ended. */
export interface ArtifactOutcome {
  /** The server's id of the artifact; undefined if it was not uploaded in this process. */
  readonly id: string | undefined
}

const checkedName = (what: string, name: string): string => {
  if (typeof name !== 'string' || !/^[\w.-]{1,128}$/.test(name)) {
    throw new WandbError(
      'USAGE',
      `Artifact: ${what} is ${JSON.stringify(name)}; accepted: 1 to 128 letters, digits, "_", "-" and ".".`,
    )
  }
  return name
}

const logicalPath = (path: string): string => {
  const clean = platform.files.withSlashes(path).replace(/^\.\//, '')
  if (clean === '' || clean.startsWith('/') || clean.split('/').includes('..')) {
    throw new WandbError('USAGE', `Artifact: ${JSON.stringify(path)} cannot be a path inside an artifact.`)
  }
  return clean
}

/**
 * A versioned set of files. Files are read when the artifact is logged, not when they are added.
 *
 * @example
 * const run = await init({ project: 'digits' })
 * const artifact = new Artifact('model', 'model', { metadata: { epochs: 3 } })
 * artifact.addFile('model.json')
 * artifact.addBuffer('notes.txt', 'trained at night')
 * await run.logArtifact(artifact)
 */
export class Artifact {
  readonly name: string
  readonly type: string
  readonly description: string | undefined
  readonly metadata: { readonly [key: string]: JsonValue }
  /** Names given here, before the server knows the artifact. */
  readonly clientId = randomId(128)
  readonly sequenceClientId = randomId(128)
  readonly #sources = new Map<string, ArtifactSource>()
  #digest: string | undefined
  #outcome: Promise<ArtifactOutcome> | undefined

  /** @throws {WandbError} `USAGE` for a name or type that W&B refuses. */
  constructor(
    name: string,
    type: string,
    { description, metadata = {} }: { description?: string; metadata?: object } = {},
  ) {
    this.name = checkedName('name', name)
    this.type = checkedName('type', type)
    this.description = description
    this.metadata = jsonFriendly(metadata) as { [key: string]: JsonValue }
  }

  /** Hex MD5 over names and contents; undefined until the artifact is logged. */
  get digest(): string | undefined {
    return this.#digest
  }

  /** The files, by their path in the artifact. */
  get sources(): ReadonlyMap<string, ArtifactSource> {
    return this.#sources
  }

  /** Adds one file, as `name` or under its own name. */
  addFile(path: string, { name = platform.files.nameOf(path) }: { name?: string } = {}): void {
    if (!platform.files.isFile(path)) {
      throw new WandbError('USAGE', `Artifact "${this.name}": there is no file ${path}.`)
    }
    this.#add(name, { kind: 'file', path })
  }

  /** Adds all files under a folder, below `name` or at the top. */
  addDir(path: string, { name = '' }: { name?: string } = {}): void {
    if (!platform.files.isFolder(path)) {
      throw new WandbError('USAGE', `Artifact "${this.name}": there is no folder ${path}.`)
    }
    const prefix = name === '' ? '' : `${name.replace(/\/+$/, '')}/`
    for (const file of platform.files.below(path)) {
      this.#add(prefix + file, { kind: 'file', path: `${path}/${file}` })
    }
  }

  /** Adds bytes or text as the file `name`. */
  addBuffer(name: string, content: Uint8Array | string): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content)
    this.#add(name, { kind: 'buffer', bytes })
  }

  /**
   * Adds something that stays where it is. Nothing is fetched: the digest is the one given (an ETag, say), else the
   * address itself. A `file:` address is read when the artifact is logged.
   */
  addReference(
    uri: string | URL,
    { name, digest, size = 0 }: { name?: string; digest?: string; size?: number } = {},
  ): void {
    const url = new URL(uri)
    const text = url.href
    if (
      url.protocol === 'file:' &&
      digest === undefined &&
      !platform.files.isFile(platform.files.pathOfUrl(url))
    ) {
      throw new WandbError('USAGE', `Artifact "${this.name}": there is no file ${text}.`)
    }
    const own = name ?? url.pathname.split('/').findLast(label => label !== '') ?? ''
    this.#add(own === '' ? url.host : own, { kind: 'reference', uri: text, digest: digest ?? '', size })
  }

  /** Waits until the artifact is uploaded, or will not be in this process. Call it after `run.logArtifact`. */
  async wait(): Promise<this> {
    await this.#outcome
    return this
  }

  /** The server's id, once `wait()` is through; undefined for an offline run. */
  async id(): Promise<string | undefined> {
    return (await this.#outcome)?.id
  }

  /** @internal Called once by the run that logs the artifact. */
  finalize(digest: string, outcome: Promise<ArtifactOutcome>): void {
    this.#digest = digest
    this.#outcome = outcome
    outcome.catch(() => {})
  }

  #add(name: string, source: ArtifactSource) {
    if (this.#digest !== undefined) {
      throw new WandbError(
        'USAGE',
        `Artifact "${this.name}" is logged and can take no more files; make a new one.`,
      )
    }
    this.#sources.set(logicalPath(name), source)
  }
}
