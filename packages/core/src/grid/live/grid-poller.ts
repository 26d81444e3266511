import type { GridEntry } from '../../journal/entry.js'
import { loadZod } from '../../lazy-zod.js'
import { OTHER_CLOCKS } from '../../sampler/clock-watch.js'
import type { RunClock } from '../../sampler/sampler.js'
import type { GridPoint, GridProvider } from './grid-provider.js'
import { loadPoints } from './load-points.js'
import { PointCache } from './point-cache.js'
import { intensityOf } from './published-points.js'
import { type ClockReading, WallAxis } from './wall-axis.js'

const INTERVAL_MS = 10 * 60_000
/** A publisher may be this far behind. */
const LOOK_BACK_MS = 2 * 3_600_000
/** Answers reach back at most this far; a run blocked for longer keeps its earlier figures. */
const LONGEST_MS = 24 * 3_600_000

/** A provider and its word for the place of the run. */
export interface LiveGrid {
  readonly provider: GridProvider
  readonly zone: string
  readonly offline: boolean
}

export interface GridPollerPlan extends LiveGrid {
  /** The run store: holds the cache. */
  readonly dir: string
  /** When the run began. */
  readonly startedAt: ClockReading
  readonly clock: RunClock
  readonly write: (entry: GridEntry) => void
  readonly warn: (code: string, message: string) => void
}

/**
 * Follows a publisher beside the run: asks now and then, and journals each figure once. Timers keep no process alive,
 * failures become warnings, and nobody waits for it but `finish`, for a bounded time.
 */
export class GridPoller {
  readonly #plan: GridPollerPlan
  readonly #cache: PointCache
  readonly #axis: WallAxis
  readonly #abort = new AbortController()
  /** What was journalled of each interval, by its start. */
  readonly #written = new Map<number, string>()
  readonly #warned = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined

  constructor(plan: GridPollerPlan) {
    this.#plan = plan
    this.#cache = new PointCache(plan.dir, plan.provider.name, plan.zone)
    this.#axis = new WallAxis(plan.startedAt)
    this.#schedule(0)
  }

  #schedule(waitMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#poll(), waitMs)
    this.#timer.unref()
  }

  #poll(): Promise<void> {
    this.#round ??= this.#ask()
      .catch(error => this.#warnOnce('INTERNAL', `live intensity failed: ${(error as Error).message}.`))
      .finally(() => {
        this.#round = undefined
      })
    return this.#round
  }

  async #ask(): Promise<void> {
    const { provider, zone, offline, clock } = this.#plan
    await loadZod()
    const now = OTHER_CLOCKS.wallMs()
    // Each figure has another place in the run by a clock that was set.
    if (this.#axis.read({ wallMs: now, uptimeMs: OTHER_CLOCKS.uptimeMs() }, clock())) this.#written.clear()
    const { points, problem } = await loadPoints({
      provider,
      zone,
      offline,
      cache: this.#cache,
      fromMs: Math.max(this.#axis.startedAtMs - LOOK_BACK_MS, now - LONGEST_MS),
      toMs: now,
      signal: this.#abort.signal,
    })
    if (this.#abort.signal.aborted) return
    this.#journal(points)
    if (problem) this.#warnOnce(problem.code, problem.message)
    if (!offline || provider.isLocal) this.#schedule(Math.max(INTERVAL_MS, problem?.retryAfterMs ?? 0))
  }

  #journal(points: readonly GridPoint[]): void {
    const { provider, zone, clock, write } = this.#plan
    const during = points.filter(({ toMs }) => toMs > this.#axis.startedAtMs)
    const now = clock()
    // A publisher that is behind: its last word on the time before the run is the nearest there is.
    for (const point of during.length > 0 ? during : points.slice(-1)) {
      const t = this.#axis.toRun(point.fromMs)
      const text = JSON.stringify(point)
      if (t > now || this.#written.get(point.fromMs) === text) continue
      this.#written.set(point.fromMs, text)
      const until = Math.max(t, this.#axis.toRun(point.toMs))
      write({ type: 'grid', t, until, grid: intensityOf(provider, zone, point) })
    }
  }

  #warnOnce(code: string, message: string): void {
    if (this.#warned.has(code)) return
    this.#warned.add(code)
    const meanwhile =
      this.#written.size > 0 ? 'Earlier figures of it stand in.' : 'There is no figure of it so far.'
    this.#plan.warn(code, `${message} ${meanwhile}`)
  }

  /** A last round, so that a run that blocked its thread has its figures too. Never rejects. */
  async finish(timeoutMs: number): Promise<void> {
    let patience: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => {
      patience = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([this.#round, late])
    await Promise.race([this.#poll(), late])
    clearTimeout(patience)
    this.stop()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#abort.abort()
  }
}
