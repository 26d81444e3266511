/** Where the machine is, as far as anybody said. */
export interface Location {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  /** Sub-national code as in the data table, e.g. `US-CA`. */
  readonly region?: string
  /** `aws`, `azure`, `gcp`, … */
  readonly provider?: string
  readonly cloudRegion?: string
  /** `option`, `environment`, `config`, `cloud-metadata`, `ip-address` or `time-zone` (guesses), or `unknown`. */
  readonly how: string
}
