import type { Fetch } from '../http/transport.js'

/** Environment variables. Browsers have none; a bundler's may be passed in by the caller. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface TlsSettings {
  readonly isInsecure: boolean
  readonly serverCertPath: string | undefined
  readonly clientCertPath: string | undefined
}

/** Where a run comes from, in MLflow's own tags. */
export type SourceTags = Readonly<Record<string, string>>

/** Carries a value along the asynchronous calls of a function. */
export interface AsyncScope<T> {
  current(): T | undefined
  run<R>(value: T, fn: () => R): R
}

/** What differs between Node and the browser. */
export interface Platform {
  readonly environment: () => Environment
  /** A child process must not take over the run that this one resumed. */
  readonly forgetVariable: (name: string) => void
  /** The text of `~/.mlflow/credentials`, where there is one. */
  readonly readCredentialsFile: () => string | undefined
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>
  /** Absent in browsers, where a header of ours would cost a preflight request for each GET. */
  readonly createRequestId: (() => string) | undefined
  readonly tlsFetch: (settings: TlsSettings) => Fetch
  /** Answers requests from a database file; absent in browsers. Throws for a URI that names none. */
  readonly embeddedFetch: ((trackingUri: string) => Fetch) | undefined
  /** A file as a Blob that is read from disk only when it is sent. */
  readonly openFile: (path: string) => Promise<Blob>
  /** The files of a folder, with paths relative to it and forward slashes. */
  readonly listFiles: (path: string) => Promise<readonly string[] | undefined>
  /** The file appears only when it is complete. */
  readonly writeFile: (path: string, chunks: AsyncIterable<Uint8Array>) => Promise<void>
  /** Whether a request body may be a stream of known length, which makes upload progress visible. */
  readonly canStreamUploads: boolean
  readonly sourceTags: () => Promise<SourceTags>
  readonly createAsyncScope: <T>() => AsyncScope<T>
  /** Calls back once when the process is about to end, and gives the work a bounded time. Returns its own removal. */
  readonly beforeExit: (end: (outcome: ExitOutcome) => Promise<void>) => () => void
}

export type ExitOutcome = 'FINISHED' | 'KILLED'
