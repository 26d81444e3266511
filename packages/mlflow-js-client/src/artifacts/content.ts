/** What may be uploaded. Text is stored as UTF-8. */
export type ArtifactContent = string | Blob | ArrayBuffer | Uint8Array

/** A Blob can be read any number of times, in part, and knows its size: what retries and parts need. */
export const blobOf = (content: ArtifactContent): Blob =>
  content instanceof Blob ? content : new Blob([content as string | ArrayBuffer | Uint8Array<ArrayBuffer>])

/** How far an upload is. */
export interface UploadProgress {
  readonly loadedBytes: number
  readonly totalBytes: number
}

/** How an artifact is sent. */
export interface UploadOptions {
  /**
   * Called as bytes are handed to the network. A browser cannot watch a request body, so there it is called for
   * each finished file or part. The count goes back when something is sent again.
   */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}
