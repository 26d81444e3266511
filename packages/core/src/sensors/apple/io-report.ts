/** One channel of a report at one moment. */
export interface IoChannel {
  /** E.g. `CPU Energy`; on chips of two dies with `DIE_0_` before it. */
  readonly name: string
  /** The unit of the value, as the system labels it: `mJ`, `uJ` or `nJ`. It differs by channel and chip. */
  readonly unit: string
  /** Since the system started. */
  readonly value: number
}

/** What we use of Apple's IOReport: its energy model, without asking for any privilege. */
export interface IoReport {
  /** All channels of the group "Energy Model" now. @throws when the system does not say. */
  energyModel(): readonly IoChannel[]
}
