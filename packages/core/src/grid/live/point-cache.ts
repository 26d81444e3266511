import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { zod } from '../../lazy-zod.js'
import { createFolder } from '../../store/create-folder.js'
import { writeWhole } from '../../store/write-whole.js'
import type { GridPoint } from './grid-provider.js'

/** Older points are of no use to a run that is going on. */
const KEPT_MS = 48 * 3_600_000

/** What a provider has said of a zone so far, by interval. */
export interface CachedPoints {
  readonly points: readonly GridPoint[]
  /** When it was last asked, and from which time on. */
  readonly askedAtMs: number
  readonly askedFromMs: number
}

const build = () => {
  const z = zod()
  return z.object({
    askedAtMs: z.number(),
    askedFromMs: z.number(),
    points: z.array(
      z.object({
        fromMs: z.number(),
        toMs: z.number(),
        gramsPerKwh: z.number(),
        estimated: z.boolean().optional(),
      }),
    ),
  })
}

/**
 * One file a provider and zone, `<store>/grid/<provider>@<zone>.json`, shared by all runs of a store. Losing it, or a
 * write of another process at the same time, costs a request. Never throws.
 */
export class PointCache {
  readonly #folder: string
  readonly #path: string

  constructor(dir: string, provider: string, zone: string) {
    this.#folder = join(resolve(dir), 'grid')
    this.#path = join(this.#folder, `${encodeURIComponent(provider)}@${encodeURIComponent(zone)}.json`)
  }

  read(): CachedPoints | undefined {
    try {
      const result = build().safeParse(JSON.parse(readFileSync(this.#path, 'utf8')))
      return result.success ? (result.data as CachedPoints) : undefined
    } catch {
      return undefined
    }
  }

  /** Puts points beside those that are there; a later word on the same interval replaces an earlier one. */
  add({ points, askedAtMs, askedFromMs }: CachedPoints): readonly GridPoint[] {
    const byStart = new Map<number, GridPoint>()
    for (const point of [...(this.read()?.points ?? []), ...points]) {
      if (point.toMs > askedAtMs - KEPT_MS) byStart.set(point.fromMs, point)
    }
    const all = [...byStart.values()].sort((a, b) => a.fromMs - b.fromMs)
    try {
      createFolder(this.#folder)
      writeWhole(this.#path, JSON.stringify({ askedAtMs, askedFromMs, points: all }))
    } catch {
      // A full disk: the next run asks for itself.
    }
    return all
  }
}
