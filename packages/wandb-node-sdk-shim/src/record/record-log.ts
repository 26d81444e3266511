import { LogWriter } from '../datastore/log-writer.js'
import { messageOf } from '../errors.js'
import { encodeRecord } from './encode-record.js'
import type { RecordBody } from './record-body.js'

/**
 * The `.wandb` file of a run. A disk that fails or fills up must not end the training: the first failure is told, and
 * the rest of the run goes without its file.
 */
export class RecordLog {
  readonly #warn: (message: string) => void
  readonly #path: string
  #writer: LogWriter | undefined
  #num = 0

  /** @throws if the file cannot be created: at the start of a run that is worth knowing. */
  constructor(path: string, warn: (message: string) => void) {
    this.#path = path
    this.#warn = warn
    this.#writer = new LogWriter(path)
  }

  /** Answers where the record begins in the file; undefined if it could not be written. */
  write(body: RecordBody): number | undefined {
    try {
      return this.#writer?.append(encodeRecord(++this.#num, body))
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  close(): void {
    try {
      this.#writer?.close()
    } catch (error) {
      this.#fail(error)
    }
    this.#writer = undefined
  }

  #fail(error: unknown) {
    const failed = this.#writer
    this.#writer = undefined
    try {
      failed?.close()
    } catch {}
    this.#warn(
      `Cannot write ${this.#path} (${messageOf(error)}); what is logged from here on is not kept on disk.`,
    )
  }
}
