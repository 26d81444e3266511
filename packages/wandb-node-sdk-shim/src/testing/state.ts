/** A run as the stub keeps it. */
export interface StubRun {
  readonly id: string
  readonly entity: string
  readonly project: string
  /** The run id of clients. */
  readonly name: string
  displayName: string
  config: Record<string, { value: unknown }>
  notes: string
  tags: string[]
  group: string
  jobType: string
  commit: string
  host: string
  program: string
  repo: string
  /** Rows as they came, by line number. */
  readonly history: string[]
  readonly events: string[]
  readonly output: string[]
  summary: string
  readonly uploaded: Set<string>
  readonly files: Map<string, Buffer>
  readonly alerts: { title: string; text: string; severity: string }[]
  readonly used: string[]
  exitCode: number | undefined
  heartbeats: number
  readonly createdAt: string
}

export interface StubArtifact {
  readonly id: string
  readonly entity: string
  readonly project: string
  readonly type: string
  readonly collection: string
  readonly digest: string
  readonly versionIndex: number
  readonly input: Record<string, unknown>
  state: 'PENDING' | 'COMMITTED'
  /** Contents by path; a path without content is a file that the server had from an earlier version. */
  readonly files: Map<string, { md5: string; storagePath: string; birth: string }>
  manifest: { digest: string; storagePath: string } | undefined
}

/** Everything that the stub was told. */
export interface StubState {
  readonly runs: Map<string, StubRun>
  readonly artifacts: StubArtifact[]
  /** Uploaded bytes by storage path. */
  readonly blobs: Map<string, Buffer>
}

/** A row with NaN and infinities kept: the stub answers tests in values, not text. */
export const rowKey = (entity: string, project: string, name: string) => `${entity}/${project}/${name}`
