import type { Analysis } from '../meter/meter.js'
import { meanRankShare, mostRanks } from '../ranks/divide-among-ranks.js'
import type { RunRecord } from './record.js'

/** What a record says of the other ranks of its job; nothing where it was alone. */
export const ranksFigure = ({ ranks }: Analysis, end: number): Pick<RunRecord, 'ranks'> => {
  if (!ranks || ranks.others.length === 0) return {}
  const { owner, others } = ranks
  return { ranks: { most: mostRanks(others), owner, divided_share: meanRankShare(others, end) } }
}
