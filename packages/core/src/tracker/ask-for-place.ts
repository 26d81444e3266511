import { askIpCountry, IP_LIMIT_MS } from '../grid/ask-ip-country.js'
import { IpCountryCache } from '../grid/ip-country-cache.js'
import type { PlaceEvidence } from '../grid/located-by-evidence.js'
import type { PlaceEntry } from '../journal/entry.js'
import { loadZod } from '../lazy-zod.js'
import { askMetadata, type MetadataQuestion } from '../sensors/cloud/ask-metadata.js'
import { askAttentively } from './ask-attentively.js'

/** Who may be asked for the place of the machine, and what a run makes of the answer. */
export interface PlaceQuestion {
  /** Absent: the metadata service may not be asked, or nothing speaks for a rented machine. */
  readonly metadata?: MetadataQuestion
  /** Absent: nobody may be asked by IP address, or the user said the place. */
  readonly ip?: { readonly service: string; readonly dir: string }
  readonly placed: (evidence: Omit<PlaceEvidence, 'timeZoneCountry'>) => Omit<PlaceEntry, 'type' | 't'>
}

export interface PlaceAnswer {
  /** Absent where nobody said anything new. */
  readonly place?: Omit<PlaceEntry, 'type' | 't'>
  /** Why the country of the IP address, which was asked for, is not known. */
  readonly problem?: string
}

const ipCountry = async ({ service, dir }: NonNullable<PlaceQuestion['ip']>) => {
  await loadZod()
  const cache = new IpCountryCache(dir, service)
  const kept = cache.read()
  if (kept !== undefined) return { country: kept }
  const answer = await askAttentively(() => askIpCountry(service), {
    limitMs: IP_LIMIT_MS,
    isAnswer: reply => 'country' in reply,
  })
  if ('country' in answer) cache.write(answer.country)
  return answer
}

/** Asks whoever may be asked, the IP address only where the metadata service does not say the place. Never rejects. */
export const askForPlace = async ({ metadata, ip, placed }: PlaceQuestion): Promise<PlaceAnswer> => {
  // Before a guess, once more: a moment of a blocked thread is enough to miss the service.
  const cloud = metadata && ((await askMetadata(metadata)) ?? (ip && (await askMetadata(metadata))))
  const byCloud = cloud && placed({ cloud })
  if (!ip || byCloud?.location.how === 'cloud-metadata') return byCloud ? { place: byCloud } : {}
  const answer = await ipCountry(ip)
  if ('country' in answer) return { place: placed({ ...(cloud && { cloud }), ipCountry: answer.country }) }
  return { ...(byCloud && { place: byCloud }), problem: answer.problem }
}
