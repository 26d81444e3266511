import type { AttributionPolicy, ShareInterval } from '../attribution/shares.js'
import type { OtherRank } from '../journal/entry.js'
import type { SensorSpec } from '../sensors/sensor.js'

/** Ranks that count the same device: all of them the machine, but an accelerator only those that may use it. */
const sharing = ({ component, device }: SensorSpec, others: readonly OtherRank[]): readonly OtherRank[] =>
  component === 'gpu' ? others.filter(({ boards }) => boards.includes(device)) : others

const isPresent = ({ from, to = Number.POSITIVE_INFINITY }: OtherRank, start: number, end: number): boolean =>
  from < end && to > start

/** What several ranks would each count in full belongs to each of them in equal parts. */
const divided = (
  policy: AttributionPolicy,
  { component, share }: SensorSpec,
  shares: ShareInterval,
  present: readonly OtherRank[],
): ShareInterval => {
  const ranks = 1 + present.length
  const isWhole = policy.scope === 'machine' || (shares.dynamic === 1 && shares.relativeBand === 1)
  // Partitions of a board are usually one a rank; their parts must not exceed the board.
  const ofPartition = share === undefined ? 1 : Math.min(1, 1 / (ranks * share))
  const isFixed =
    policy.staticPolicy === 'full' ||
    (policy.staticPolicy === 'reserved' && component !== 'gpu' && policy.reservedShare !== undefined)
  const fixed = shares.static * (isWhole || isFixed ? 1 / ranks : ofPartition)
  // Shares under different policies do not complete each other.
  const isEven = present.some(({ staticPolicy }) => staticPolicy !== policy.staticPolicy)
  return {
    ...shares,
    dynamic: shares.dynamic * (isWhole ? 1 / ranks : ofPartition),
    static: isEven ? Math.min(fixed, 1 / ranks) : fixed,
  }
}

/** The parts of intervals that lie in a stretch. */
function* clipped(intervals: Iterable<ShareInterval>, from: number, to: number): Generator<ShareInterval> {
  for (const interval of intervals) {
    if (interval.from >= to || interval.to <= from) continue
    yield { ...interval, from: Math.max(from, interval.from), to: Math.min(to, interval.to) }
  }
}

/**
 * Shares of one sensor's energy, with what all ranks of a job would count divided among those that were there at the
 * time. What processor time or a board's own statistics say of a process is its own already and stays as it is. So the
 * ranks of a machine never sum up to more than the machine.
 *
 * @param sharesUnder The shares that a policy gives without regard to other ranks.
 */
export const divideAmongRanks = <T extends AttributionPolicy>(
  policy: T,
  spec: SensorSpec,
  others: readonly OtherRank[],
  sharesUnder: (policy: T) => Iterable<ShareInterval>,
): Iterable<ShareInterval> => {
  const relevant = sharing(spec, others)
  if (relevant.length === 0) return sharesUnder(policy)
  // Ranks that count the machine beside some that count their own share would count those twice: then all count their own.
  const ownPolicy: T = { ...policy, scope: 'process' }
  const [plain, own] = [sharesUnder(policy), sharesUnder(ownPolicy)]
  const edges = new Set([0, ...relevant.flatMap(({ from, to = Number.POSITIVE_INFINITY }) => [from, to])])
  const marks = [...edges.add(Number.POSITIVE_INFINITY)].sort((a, b) => a - b)
  return marks.slice(1).flatMap((to, index) => {
    const from = marks[index]!
    const present = relevant.filter(other => isPresent(other, from, to))
    const isMixed = policy.scope === 'machine' && present.some(({ scope }) => scope === 'process')
    const shares = [...clipped(isMixed ? own : plain, from, to)]
    return shares.map(share => divided(isMixed ? ownPolicy : policy, spec, share, present))
  })
}

/** Part of the machine that falls to this rank on average until `end`, 1 where it was alone. */
export const meanRankShare = (others: readonly OtherRank[], end: number): number => {
  if (others.length === 0 || end <= 0) return 1
  const edges = [0, ...others.flatMap(({ from, to = end }) => [from, to]), end]
    .map(edge => Math.min(end, Math.max(0, edge)))
    .sort((a, b) => a - b)
  let sum = 0
  for (let index = 1; index < edges.length; index++) {
    const [from, to] = [edges[index - 1]!, edges[index]!]
    if (to > from) sum += (to - from) / (1 + others.filter(other => isPresent(other, from, to)).length)
  }
  return sum / end
}

/** How many ranks there were at the same time at most, this one among them. */
export const mostRanks = (others: readonly OtherRank[]): number =>
  1 +
  Math.max(0, ...others.map(({ from }) => others.filter(other => isPresent(other, from, from + 1)).length))
