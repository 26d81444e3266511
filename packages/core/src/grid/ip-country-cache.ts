import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { zod } from '../lazy-zod.js'
import { createFolder } from '../store/create-folder.js'
import { writeWhole } from '../store/write-whole.js'

/** Runs that follow each other share one answer; a laptop that has travelled asks again. */
const FRESH_MS = 3_600_000

const build = () => {
  const z = zod()
  return z.object({ country: z.string().regex(/^[A-Z]{2}$/), askedAtMs: z.number(), service: z.string() })
}

/**
 * What the last run of a store was told of its country, `<store>/grid/country-by-ip.json`. Holds neither an IP address
 * nor that of the service, which may contain a key: only a mark by which another service is told apart. Never throws.
 */
export class IpCountryCache {
  readonly #folder: string
  readonly #path: string
  readonly #service: string

  constructor(dir: string, service: string) {
    this.#folder = join(resolve(dir), 'grid')
    this.#path = join(this.#folder, 'country-by-ip.json')
    this.#service = createHash('sha256').update(service).digest('hex').slice(0, 12)
  }

  /** The country, where it was asked for within the last hour. */
  read(nowMs = Date.now()): string | undefined {
    try {
      const kept = build().parse(JSON.parse(readFileSync(this.#path, 'utf8')))
      const age = nowMs - kept.askedAtMs
      return kept.service === this.#service && age >= 0 && age < FRESH_MS ? kept.country : undefined
    } catch {
      return undefined
    }
  }

  write(country: string, nowMs = Date.now()): void {
    try {
      createFolder(this.#folder)
      writeWhole(this.#path, JSON.stringify({ country, askedAtMs: nowMs, service: this.#service }))
    } catch {
      // A full disk: the next run asks for itself.
    }
  }
}
