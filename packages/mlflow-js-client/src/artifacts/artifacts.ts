import { eachUnderstood } from '../entities/understood.js'
import { MlflowError } from '../errors/mlflow-error.js'
import { type Api, bodyOf } from '../http/api.js'
import type { Transport } from '../http/transport.js'
import { type Page, type Paged, paged } from '../paging/paged.js'
import type { Platform } from '../platform/platform.js'
import { checked } from '../validation/validate.js'
import { type ArtifactContent, blobOf, type UploadOptions } from './content.js'
import { chunksOf, createDownloader, type DownloadOptions } from './download.js'
import type { MultipartSettings } from './multipart.js'
import { type ArtifactOwner, createRootFinder } from './owner.js'
import { checkedPath, encodePath, fileNameOf, joinPath } from './path.js'
import { proxiedFileUrl } from './root.js'
import type { ArtifactRules } from './rules.js'
import { createBlobSender } from './send-blob.js'
import { createUploader } from './upload.js'

/** A file or folder among the artifacts of a run. */
export interface FileInfo {
  /** Relative to the root of the artifacts. */
  readonly path: string
  readonly isDir: boolean
  readonly sizeBytes?: number
}

/** The files of runs and logged models. Paths are relative to the root of the artifacts, with forward slashes. */
export interface Artifacts {
  /** Stores bytes under a path. What is there already is overwritten. */
  upload(owner: ArtifactOwner, path: string, content: ArtifactContent, options?: UploadOptions): Promise<void>
  /**
   * Stores a local file, or all files of a folder, under `directory`; keeps its name. Node only.
   * @returns the paths that were written
   */
  uploadFile(
    owner: ArtifactOwner,
    localPath: string,
    directory?: string,
    options?: UploadOptions,
  ): Promise<readonly string[]>
  /** @throws MlflowError `RESOURCE_DOES_NOT_EXIST` */
  download(owner: ArtifactOwner, path: string, options?: DownloadOptions): Promise<Uint8Array>
  downloadText(owner: ArtifactOwner, path: string, options?: DownloadOptions): Promise<string>
  /** Streams to a local file, which appears only when it is complete. Node only. */
  downloadFile(
    owner: ArtifactOwner,
    path: string,
    localPath: string,
    options?: DownloadOptions,
  ): Promise<void>
  /** The entries of one folder; nothing if it is not there. */
  list(owner: ArtifactOwner, path?: string): Paged<FileInfo>
  /** Every file below a folder. */
  walk(owner: ArtifactOwner, path?: string): AsyncIterable<FileInfo>
  /** Only where the server passes artifacts on. */
  delete(owner: ArtifactOwner, path: string): Promise<void>
}

export const createArtifacts = (
  api: Api,
  transport: Transport,
  trackingUri: string,
  rules: ArtifactRules,
  platform: Platform,
  multipart: MultipartSettings,
): Artifacts => {
  const roots = createRootFinder(api, rules)
  const sender = createBlobSender(transport, platform.canStreamUploads)
  const uploader = createUploader(api, transport, sender, trackingUri, rules, multipart)
  const downloader = createDownloader(api, transport, trackingUri)

  const upload: Artifacts['upload'] = async (owner, path, content, options = {}) => {
    const checkedTarget = checkedPath(path)
    await uploader.upload(owner, await roots.rootOf(owner), checkedTarget, blobOf(content), options)
  }

  const download: Artifacts['download'] = async (owner, path, options = {}) =>
    downloader.download(
      owner,
      await roots.rootOf(owner),
      checkedPath(path),
      options,
      async (response, touch) => {
        const chunks: Uint8Array[] = []
        for await (const chunk of chunksOf(response, touch)) chunks.push(chunk)
        return joined(chunks)
      },
    )

  const listPage = async (
    owner: ArtifactOwner,
    path: string,
    pageToken?: string,
  ): Promise<Page<FileInfo>> => {
    const token = pageToken === undefined ? {} : { page_token: pageToken }
    const asRun = async (runId: string) => {
      const query = { ...(await checked('runById', { run_id: runId })), ...(path ? { path } : {}), ...token }
      return bodyOf(api.GET('/api/2.0/mlflow/artifacts/list', { params: { query } }))
    }
    const asModel = (modelId: string) => {
      const query = { ...(path ? { artifact_directory_path: path } : {}), ...token }
      const route = '/api/2.0/mlflow/logged-models/{model_id}/artifacts/directories'
      return bodyOf(api.GET(route, { params: { path: { model_id: modelId }, query } }))
    }
    const page = await (typeof owner === 'string' ? asRun(owner) : asModel(owner.modelId))
    const items = eachUnderstood(page.files, file => ({
      path: file.path,
      isDir: file.is_dir,
      ...(file.file_size === undefined ? {} : { sizeBytes: file.file_size }),
    }))
    return { items, nextPageToken: page.next_page_token }
  }

  const list: Artifacts['list'] = (owner, path = '') => paged(token => listPage(owner, path, token))

  async function* walk(owner: ArtifactOwner, path?: string): AsyncGenerator<FileInfo> {
    for await (const entry of list(owner, path)) {
      if (entry.isDir) yield* walk(owner, entry.path)
      else yield entry
    }
  }

  return {
    upload,

    uploadFile: async (owner, localPath, directory = '', options) => {
      const files = await platform.listFiles(localPath)
      const targets = files
        ? files.map(file => ({ from: `${localPath}/${file}`, to: joinPath(directory, file) }))
        : [{ from: localPath, to: joinPath(directory, fileNameOf(localPath.replaceAll('\\', '/'))) }]
      for (const { from, to } of targets) await upload(owner, to, await platform.openFile(from), options)
      return targets.map(target => target.to)
    },

    download,
    downloadText: async (owner, path, options) =>
      new TextDecoder().decode(await download(owner, path, options)),
    downloadFile: async (owner, path, localPath, options = {}) =>
      downloader.download(owner, await roots.rootOf(owner), checkedPath(path), options, (response, touch) =>
        platform.writeFile(localPath, chunksOf(response, touch)),
      ),

    list,
    walk,

    delete: async (owner, path) => {
      const root = await roots.rootOf(owner)
      if (root.kind !== 'proxied') {
        throw new MlflowError(
          'UNSUPPORTED_ARTIFACT_ROOT',
          `MLflow cannot delete artifacts at "${root.uri}"; delete them in that store.`,
        )
      }
      const url = proxiedFileUrl(root.serverUrl, encodePath(joinPath(root.path, checkedPath(path))))
      await transport.request({ method: 'DELETE', url }, response => response.text())
    },
  }
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
