/** What the name of an instance type says of it, by the naming rules that its provider publishes. */
export interface CloudSize {
  /** `aws`, `azure` or `gcp`. */
  readonly provider: string
  /** In the provider's own spelling. */
  readonly type: string
  readonly vcpus: number
  /** GiB; absent where the rule does not hold for this size. */
  readonly memoryGib?: number
  /** Microarchitectures that the family may run on, by the names of the table of watts per thread; none: not known. */
  readonly architectures: readonly string[]
  /** Hardware threads of a measured server that a vCPU stands for: two where it is a whole core of one that has two. */
  readonly threadsPerVcpu: 1 | 2
  /** Where the rule stands. */
  readonly source: string
}

/** Families of one provider, and how its names are read. */
export interface CloudSizes {
  readonly provider: string
  /** For messages. */
  readonly example: string
  readonly families: readonly string[]
  /** Whether a name is of this provider's form, known or not. */
  readonly isOfItsForm: (type: string) => boolean
  /** Undefined for every name that no rule covers. */
  readonly read: (type: string) => CloudSize | undefined
}
