import { join } from 'node:path'
import { readText } from '../read-text.js'
import type { CloudIdentity } from './cloud-identity.js'

/** Azure's guests all have this asset tag; Hyper-V at somebody's desk has not. */
const AZURE_ASSET = '7783-7084-3265-9085-8269-3286-77'

/**
 * The provider of a rented machine by its firmware's tables (DMI), which cost no network. Amazon's say the instance
 * type too; nobody's say the region. Undefined for machines that are not rented, or do not say so.
 */
export const identifyCloud = (sysfsRoot: string): CloudIdentity | undefined => {
  const field = (name: string): string => readText(join(sysfsRoot, 'class/dmi/id', name)) ?? ''
  const vendor = field('sys_vendor')
  const product = field('product_name')
  // The older guests of Amazon show Xen; their BIOS version ends in amazon.
  if (vendor === 'Amazon EC2') {
    const isType = /^[a-z0-9-]+\.[a-z0-9-]+$/.test(product)
    return { provider: 'aws', ...(isType && { instanceType: product }) }
  }
  if (/amazon$/.test(field('bios_version'))) return { provider: 'aws' }
  if (vendor === 'Google' && /Google/.test(product)) return { provider: 'gcp' }
  if (field('chassis_asset_tag') === AZURE_ASSET) return { provider: 'azure' }
  if (field('chassis_asset_tag') === 'OracleCloud.com') return { provider: 'oracle' }
  if (vendor === 'Alibaba Cloud') return { provider: 'alibaba' }
  if (vendor === 'Hetzner') return { provider: 'hetzner' }
  if (vendor === 'DigitalOcean') return { provider: 'digitalocean' }
  if (vendor === 'Scaleway') return { provider: 'scaleway' }
  return undefined
}
