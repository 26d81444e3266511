import type { Scope, StaticPolicy } from '../journal/entry.js'
import type { ProcessIdentity } from './process-identity.js'

/** What a rank lets the others of its job know. Times are nanoseconds of the machine's monotonic clock, as text. */
export interface RankCard extends ProcessIdentity {
  readonly run: string
  /** The numbering that its process id belongs to: containers have their own. */
  readonly pidNamespace?: string
  readonly scope: Scope
  readonly staticPolicy: StaticPolicy
  readonly joinedNs: string
  readonly endedNs?: string
  /** The instant from which the times of its journal count. */
  readonly beganNs: string
  /** Accelerators that it counts, by the `device` of their sensors. */
  readonly boards: readonly string[]
  /** Meters that it reads when it is the owner, and the file that has their readings. */
  readonly meters?: { readonly ids: readonly string[]; readonly path: string }
}

/** `<run>.<revision>.json`: a card is never changed, but replaced by a later one, so that each is read once. */
const NAME = /^(.+)\.(\d+)\.json$/

export const cardName = (run: string, revision: number): string => `${run}.${revision}.json`

export const parseCardName = (
  name: string,
): { readonly run: string; readonly revision: number } | undefined => {
  const match = NAME.exec(name)
  return match ? { run: match[1]!, revision: Number(match[2]) } : undefined
}

const isTime = (value: unknown): boolean => typeof value === 'string' && /^\d{1,19}$/.test(value)

const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every(each => typeof each === 'string')

/** Undefined for a file that is torn or not one of ours. */
export const parseCard = (text: string): RankCard | undefined => {
  try {
    const card = JSON.parse(text) as Partial<RankCard>
    const isSound =
      typeof card.run === 'string' &&
      Number.isInteger(card.pid) &&
      (card.scope === 'process' || card.scope === 'machine') &&
      typeof card.staticPolicy === 'string' &&
      isTime(card.joinedNs) &&
      isTime(card.beganNs) &&
      (card.endedNs === undefined || isTime(card.endedNs)) &&
      areTexts(card.boards) &&
      (card.meters === undefined || (areTexts(card.meters.ids) && typeof card.meters.path === 'string'))
    return isSound ? (card as RankCard) : undefined
  } catch {
    return undefined
  }
}
