/** A version of an artifact that the server has. */
export interface RemoteArtifact {
  readonly id: string
  /** `name:v3`. */
  readonly name: string
  readonly type: string
  readonly digest: string
  /** Fetches all files into `dir`, verifies them, and answers `dir`. */
  download(dir: string): Promise<string>
}
