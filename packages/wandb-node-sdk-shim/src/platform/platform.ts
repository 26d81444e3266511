import type { Content, Part } from '../http/content.js'
import type { Answer } from '../http/retry.js'

/** Files of the machine. In a browser every function throws and says what to use instead. */
export interface PlatformFiles {
  isFile(path: string): boolean
  isFolder(path: string): boolean
  /** All files below a folder, by paths relative to it, with forward slashes. */
  below(folder: string): string[]
  read(path: string): Uint8Array
  nameOf(path: string): string
  /** A relative path with forward slashes, whatever the system's. */
  withSlashes(path: string): string
  pathOfUrl(url: URL): string
  /** Writes a file below `folder`, with the folders between; refuses a path that leads out of it. */
  writeBelow(folder: string, path: string, bytes: Uint8Array): Promise<void>
}

/**
 * What Node and browsers do differently. `#platform` is one or the other: package.json says which, by the condition
 * `browser` of its `imports`.
 */
export interface Platform {
  /** Said to servers; browsers speak for themselves. */
  readonly userAgent: string | undefined
  readonly files: PlatformFiles
  print(line: string): void
  /** A timer for which no process stays alive. */
  background<Timer>(timer: Timer): Timer
  /** Every upload under way listens to one signal; Node would take so many for a leak. */
  allowListeners(signal: AbortSignal): void
  hash(algorithm: 'md5' | 'sha256', data: Uint8Array | string, encoding: 'hex' | 'base64'): string
  crc32(bytes: Uint8Array): number
  /** In zlib's format. */
  deflate(bytes: Uint8Array): Uint8Array
  byteLength(text: string): number
  sizeOf(content: Content): Promise<number>
  /** Hex MD5 of each `partBytes` of it. */
  partDigests(content: Content, partBytes: number): Promise<string[]>
  put(url: URL, headers: Record<string, string>, part: Part, signal: AbortSignal): Promise<Answer>
}
