/** A value that nobody stated, with where it came from instead. */
export interface Assumption {
  /** The option that replaces it. */
  readonly option: string
  readonly value: number | string
  readonly unit?: string
  readonly source: string
}
