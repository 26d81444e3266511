/** What a rented machine is and where. Never an account, a name or a number of its own. */
export interface CloudIdentity {
  /** As in the tables: `aws`, `gcp`, `azure`, … */
  readonly provider: string
  /** E.g. `p4d.24xlarge`. */
  readonly instanceType?: string
  /** In the provider's own spelling. */
  readonly region?: string
}
