import { platform } from '#platform'
import type { JsonValue } from '../json/extended-json.js'

/** Names of an artifact version and of the sequence it belongs to, given before the server knows either. */
export interface ArtifactIds {
  readonly clientId: string
  readonly sequenceClientId: string
}

/** Where a media value is logged. */
export interface MediaContext {
  readonly key: string
  readonly step: number
  /** Keeps `bytes` as the run file `path`, relative to the run's files, with forward slashes. */
  writeFile(path: string, bytes: Uint8Array): void
  /** Logs one file as an artifact of its own. */
  logFileArtifact(name: string, type: string, path: string, bytes: Uint8Array): ArtifactIds
}

/** A value that W&B shows as more than text: it stands in the history as an object with a `_type`. */
export interface Media {
  /** Stores what belongs to the value and answers its place in the history. */
  toHistory(context: MediaContext): { [key: string]: JsonValue }
}

export const isMedia = (value: unknown): value is Media =>
  typeof value === 'object' && value !== null && 'toHistory' in value && typeof value.toHistory === 'function'

export const sha256Hex = (bytes: Uint8Array): string => platform.hash('sha256', bytes, 'hex')

/** The name W&B gives a media file: a slash in the key makes a folder, what no file system takes a dash. */
export const mediaFileName = (key: string, step: number, id: string, extension: string): string => {
  const labels = key
    .split('/')
    .map(label => label.replace(/[<>:"\\?*|\p{Cc}]/gu, '-').replace(/^\.\.?$/, '_'))
  return `${labels.filter(label => label !== '').join('/')}_${step}_${id}${extension}`
}
