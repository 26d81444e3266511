import type { RunStore } from '@epochwatt/core'

/** Runs that were read from one place. */
export interface RunSource {
  /** For people, e.g. `.epochwatt`, `emissions.csv` or `MLflow digits`. */
  readonly label: string
  /** Of a store runs are chosen by name or project; of the others all are meant unless some are named. */
  readonly kind: 'store' | 'file' | 'tracker'
  readonly store: RunStore
}
