import { messageOf } from '../../errors.js'
import { GridError } from './grid-error.js'
import type { GridPoint, GridProvider } from './grid-provider.js'
import type { PointCache } from './point-cache.js'
import { checkedPoints } from './published-points.js'

/** Asked this recently, a provider has nothing new: runs that start one after the other share one answer. */
const FRESH_MS = 5 * 60_000

export interface PointsQuestion {
  readonly provider: GridProvider
  readonly zone: string
  readonly cache: PointCache
  readonly fromMs: number
  readonly toMs: number
  readonly offline: boolean
  readonly signal: AbortSignal
}

export interface LoadedPoints {
  readonly points: readonly GridPoint[]
  /** Why the points are not the provider's latest. */
  readonly problem?: GridError
}

const asGridError = (name: string, cause: unknown): GridError =>
  cause instanceof GridError
    ? cause
    : new GridError('GRID_UNREACHABLE', `${name} failed: ${messageOf(cause)}`, { cause })

const within = (points: readonly GridPoint[], { fromMs, toMs }: PointsQuestion): readonly GridPoint[] =>
  points.filter(point => point.toMs > fromMs && point.fromMs < toMs)

/** The provider's points, or what is left of earlier answers where it may not or cannot be asked. Never rejects. */
export const loadPoints = async (question: PointsQuestion): Promise<LoadedPoints> => {
  const { provider, zone, cache, fromMs, toMs, offline, signal } = question
  const ask = async (): Promise<readonly GridPoint[]> =>
    checkedPoints(provider, await provider.fetch(zone, new Date(fromMs), new Date(toMs), signal))
  try {
    if (provider.isLocal) return { points: within(await ask(), question) }
    const cached = cache.read()
    if (offline) {
      const problem = new GridError('GRID_OFFLINE', `${provider.name} is not asked: offline.`)
      return { points: within(cached?.points ?? [], question), problem }
    }
    const age = toMs - (cached?.askedAtMs ?? 0)
    if (cached && age >= 0 && age < FRESH_MS && cached.askedFromMs <= fromMs)
      return { points: within(cached.points, question) }
    const points = cache.add({ points: await ask(), askedAtMs: toMs, askedFromMs: fromMs })
    return { points: within(points, question) }
  } catch (cause) {
    return {
      points: within(cache.read()?.points ?? [], question),
      problem: asGridError(provider.name, cause),
    }
  }
}
