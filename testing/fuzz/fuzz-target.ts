/** Something that reads what others wrote. */
export interface FuzzTarget {
  readonly name: string
  /** Inputs as they should be; damaged forms of them are what the target is given. */
  readonly seeds: readonly (string | Uint8Array)[]
  /**
   * Reads the input. Throwing one of `errors` is a fine answer, anything else is a defect.
   * What it gives back is checked by the target itself.
   */
  run(input: Buffer): void | Promise<void>
  /** Codes of errors, or their beginnings, with which hostile input may be turned away; or names of error classes. */
  readonly errors: readonly string[]
  /** Ends what it has opened. */
  close?(): Promise<void>
}
