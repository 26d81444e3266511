import { CLOUD_INSTANCES } from './cloud-instances.gen.js'
import { lazyTable } from './compact-table.js'

export interface CloudInstanceRow {
  readonly provider: string
  readonly type: string
  /** Name in the table of accelerators. */
  readonly accelerator: string
  /** GPUs that the guest sees. */
  readonly gpus: number
  /** Boards that these are: half of one each on boards with two GPUs. */
  readonly boards: number
  readonly source: string
}

/** Instance types with accelerators. Their processors and memory are not in the table. */
export const cloudInstanceRows = lazyTable(
  CLOUD_INSTANCES,
  ([provider, type, accelerator, gpus, boards, source]): CloudInstanceRow => ({
    provider: provider!,
    type: type!,
    accelerator: accelerator!,
    gpus: Number(gpus),
    boards: Number(boards),
    source: source!,
  }),
)

/** An instance type by its name, in any case. */
export const findCloudInstance = (type: string): CloudInstanceRow | undefined =>
  cloudInstanceRows().find(row => row.type.toLowerCase() === type.trim().toLowerCase())
