import { awsSizes } from './aws-sizes.js'
import { azureSizes } from './azure-sizes.js'
import type { CloudSize, CloudSizes } from './cloud-size.js'
import { gcpSizes } from './gcp-sizes.js'

/** Providers whose names of instance types can be read. A new one is a file and a place here. */
export const CLOUD_SIZES: readonly CloudSizes[] = [awsSizes, azureSizes, gcpSizes]

/**
 * Processors and memory of an instance type without accelerators, from its name alone: providers publish how they name
 * them. Undefined for every name that no rule covers, such as bare-metal, shared-core and older types. Never throws.
 *
 * @example
 * ```ts
 * readCloudSize('m5.large') // { provider: 'aws', vcpus: 2, memoryGib: 8, architectures: ['Skylake', 'Cascade Lake'], … }
 * ```
 */
export const readCloudSize = (type: string): CloudSize | undefined => {
  for (const { read } of CLOUD_SIZES) {
    const size = read(type)
    if (size) return size
  }
  return undefined
}
