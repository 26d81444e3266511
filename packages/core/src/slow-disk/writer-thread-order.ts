/** What the writing thread is started with. */
export interface WriterThreadOrder {
  /** The file that its lines go to. */
  readonly path: string
  /** One Int32: how many lines have reached the file. Who waits for them sleeps on it. */
  readonly written: SharedArrayBuffer
}
