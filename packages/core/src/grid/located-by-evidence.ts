import { findCloudRegion } from '../data/cloud-regions.js'
import type { CloudIdentity } from '../sensors/cloud/cloud-identity.js'
import { findCountry } from './find-country.js'
import type { Location } from './location.js'

/** What the machine gives away of its place, for where its user said nothing. */
export interface PlaceEvidence {
  /** From its firmware, or from the metadata service where that was allowed. */
  readonly cloud?: CloudIdentity | undefined
  /** Country of the IP address that its requests come from, where it was allowed to ask for it. */
  readonly ipCountry?: string | undefined
  /** Country of the system's time zone. */
  readonly timeZoneCountry?: string | undefined
}

/** A region that the tables know says the country; the provider alone says nothing of the place. */
const cloudPlace = (cloud: CloudIdentity | undefined): Omit<Location, 'how'> | undefined => {
  const row = cloud?.region === undefined ? undefined : findCloudRegion(cloud.provider, cloud.region)
  return row && { country: row.country, provider: row.provider, cloudRegion: row.region }
}

/**
 * Completes what the user said by what the machine gives away: cloud metadata before the IP address before the time
 * zone, of which the last two are guesses and flagged as such. What the user said stands; only the provider joins it,
 * whose buildings have a PUE.
 */
export const locatedByEvidence = (
  said: Location,
  { cloud, ipCountry, timeZoneCountry }: PlaceEvidence,
): Location => {
  const provider = cloud && { provider: cloud.provider }
  if (said.how !== 'unknown') return { ...provider, ...said }
  const place = cloudPlace(cloud)
  if (place) return { ...place, how: 'cloud-metadata' }
  if (ipCountry !== undefined) return { ...provider, country: ipCountry, how: 'ip-address' }
  const country = timeZoneCountry === undefined ? undefined : findCountry(timeZoneCountry)
  if (country !== undefined) return { ...provider, country, how: 'time-zone' }
  return { ...provider, ...said }
}
