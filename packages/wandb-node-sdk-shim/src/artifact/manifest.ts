import { type JsonValue, parseExtended, stringifyExtended } from '../json/extended-json.js'
import type { BodyOf } from '../record/record-body.js'

/** One file of an artifact when it is logged. `localPath` is a copy of ours that may be deleted after the upload. */
export interface ManifestEntry {
  readonly path: string
  readonly digest: string
  readonly size: number
  readonly ref?: string
  readonly localPath?: string
}

/** One file of an artifact, on the server's side. */
export interface ManifestFile {
  readonly path: string
  readonly digest: string
  readonly ref?: string
  readonly size?: number
  readonly localPath?: string
  birthArtifactID?: string
}

/** The files that a record lists. */
export const filesOfRecord = (record: BodyOf<'artifact'>): ManifestFile[] =>
  (record.manifest?.contents ?? []).map(({ path = '', digest = '', ref, size, localPath }) => ({
    path,
    digest,
    ...(ref ? { ref } : {}),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(localPath ? { localPath } : {}),
  }))

/** `wandb_manifest.json`. Where files lie on this machine is nobody else's business and left out. */
export const manifestJson = (files: readonly ManifestFile[]): string => {
  const contents = files.map(({ path, digest, ref, size, birthArtifactID }): [string, JsonValue] => [
    path,
    {
      digest,
      ...(ref === undefined ? {} : { ref }),
      ...(size === undefined ? {} : { size }),
      ...(birthArtifactID === undefined ? {} : { birthArtifactID }),
    },
  ])
  return stringifyExtended({
    version: 1,
    storagePolicy: 'wandb-storage-policy-v1',
    storagePolicyConfig: { storageLayout: 'V2' },
    contents: Object.fromEntries(contents),
  })
}

/** The files of a manifest that the server has. */
export const parseManifest = (text: string): ManifestFile[] => {
  const manifest = parseExtended(text) as { contents?: { [path: string]: Omit<ManifestFile, 'path'> } }
  return Object.entries(manifest.contents ?? {}).map(([path, file]) => ({ path, ...file }))
}
