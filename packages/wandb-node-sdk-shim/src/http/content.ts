/** Something to upload: a file of the machine, or bytes at hand. */
export type Content = { readonly path: string } | { readonly bytes: Uint8Array }

/** Content to send, or bytes `start` to `end` (exclusive) of it. */
export interface Part {
  /** What it is called in a message. */
  readonly name: string
  readonly content: Content
  readonly start?: number
  readonly end?: number
}
