import { type CloudInstanceRow, cloudInstanceRows, findCloudInstance } from '../data/cloud-instances.js'
import type { CloudSize } from '../data/cloud-sizes/cloud-size.js'
import { CLOUD_SIZES, readCloudSize } from '../data/cloud-sizes/read-cloud-size.js'
import { OptionError } from '../errors.js'
import { closeMatches, didYouMean } from '../grid/close-matches.js'

/** What the name of an instance type says: its accelerators, or its processors and memory. */
export interface PlannedInstance {
  readonly provider: string
  readonly type: string
  readonly accelerators?: CloudInstanceRow
  readonly size?: CloudSize
}

/** Families of the provider whose form the name has; of a name of no form, what each of them looks like. */
const acceptedSizes = (type: string): string => {
  const meant = CLOUD_SIZES.find(({ isOfItsForm }) => isOfItsForm(type))
  return meant
    ? `one of ${meant.provider}, e.g. "${meant.example}", of the families ${meant.families.join(', ')}`
    : `one such as ${CLOUD_SIZES.map(({ example }) => `"${example}"`).join(', ')}`
}

/** @throws OptionError naming similar types, and the families that are known. */
export const readInstance = (type: string): PlannedInstance => {
  const accelerators = findCloudInstance(type)
  if (accelerators) return { provider: accelerators.provider, type: accelerators.type, accelerators }
  const size = readCloudSize(type)
  if (size) return { provider: size.provider, type: size.type, size }
  const near = closeMatches(
    type,
    cloudInstanceRows().map(instance => instance.type),
  )
  throw new OptionError(
    'instance',
    type,
    `a cloud instance type with accelerators, e.g. "p4d.24xlarge"${didYouMean(near)}, or ${acceptedSizes(type)}; for others give cloud, cores and memoryGb`,
  )
}
