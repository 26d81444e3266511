import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Where a system keeps its time zone. */
export interface TimeZoneFiles {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Stands for `/etc`. */
  readonly etc?: string
  /** Stands for `/usr/share/zoneinfo`. */
  readonly zoneinfo?: string
}

const textOf = (read: () => string): string | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

const systemZone = (etc: string): string | undefined => {
  const link = textOf(() => readlinkSync(join(etc, 'localtime')))
  const linked = link && /zoneinfo\/(.+)$/.exec(link)?.[1]
  return linked ?? textOf(() => readFileSync(join(etc, 'timezone'), 'utf8').trim())
}

/**
 * The country of this system's time zone, by the system's own table: a guess, right for laptops and often wrong for
 * servers, which mostly keep UTC and then give none. `Intl` knows zones too, but takes 100 ms to load its data.
 *
 * @returns Nothing for UTC and other zones without a country, and for systems without these files, such as Windows.
 */
export const timeZoneCountry = ({
  env = process.env,
  etc = '/etc',
  zoneinfo = '/usr/share/zoneinfo',
}: TimeZoneFiles = {}): { readonly country: string; readonly timeZone: string } | undefined => {
  const timeZone = env.TZ ? env.TZ.replace(/^:/, '') : systemZone(etc)
  // Zones of countries have a place in their name.
  if (!timeZone?.includes('/')) return undefined
  const table = textOf(() => readFileSync(join(zoneinfo, 'zone.tab'), 'utf8'))
  for (const line of table?.split('\n') ?? []) {
    const [country, , zone] = line.split('\t')
    if (zone === timeZone && country && /^[A-Z]{2}$/.test(country)) return { country, timeZone }
  }
  return undefined
}
