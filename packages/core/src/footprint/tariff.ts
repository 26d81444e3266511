/** A price for part of the week. */
export interface TariffPeriod {
  /** `Mon` … `Sun`; absent: every day. A period over midnight belongs to the day on which it begins. */
  readonly days?: readonly Weekday[]
  /** `22:00`, local time. Absent, like `to`: all day. */
  readonly from?: string
  readonly to?: string
  readonly perKwh: number
}

/** What electricity costs: one price, or prices by time of use. */
export interface Tariff {
  /** As it is to be shown, e.g. `EUR`. */
  readonly currency: string
  /** Price of a kilowatt-hour outside all periods. */
  readonly perKwh: number
  /** The first that holds at a time counts. */
  readonly periods?: readonly TariffPeriod[]
  /** IANA name. Default: the machine's at the start of the run. */
  readonly timeZone?: string
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
/** A day as tariffs name it. */
export type Weekday = (typeof WEEKDAYS)[number]

const DAY_MINUTES = 1440
const TIME = /^([01]?\d|2[0-4]):([0-5]\d)$/

const minutesOf = (time: string): number => {
  const [, hours, minutes] = TIME.exec(time) ?? []
  return Number(hours) * 60 + Number(minutes)
}

const isPrice = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1e6

const isTimeZone = (name: unknown): boolean => {
  try {
    return typeof name === 'string' && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const isPeriod = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  const { days, from, to, perKwh, ...rest } = value as TariffPeriod
  return (
    Object.keys(rest).length === 0 &&
    isPrice(perKwh) &&
    (from === undefined) === (to === undefined) &&
    [from, to].every(time => time === undefined || (TIME.test(time) && minutesOf(time) <= DAY_MINUTES)) &&
    (from !== to || from === undefined) &&
    (days === undefined ||
      (Array.isArray(days) && days.length > 0 && days.every(day => WEEKDAYS.includes(day))))
  )
}

/** Whether a value is a whole tariff. */
export const isTariff = (value: unknown): value is Tariff => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { currency, perKwh, periods, timeZone, ...rest } = value as Tariff
  return (
    Object.keys(rest).length === 0 &&
    typeof currency === 'string' &&
    /^\S{1,8}$/.test(currency) &&
    isPrice(perKwh) &&
    (periods === undefined || (Array.isArray(periods) && periods.every(isPeriod))) &&
    (timeZone === undefined || isTimeZone(timeZone))
  )
}

const daysOf = (text: string): readonly Weekday[] | undefined => {
  const [first, last = first] = text.split('-').map(day => (WEEKDAYS as readonly string[]).indexOf(day))
  if (first === undefined || last === undefined || first < 0 || last < 0) return undefined
  const length = ((last - first + 7) % 7) + 1
  return Array.from({ length }, (_, index) => WEEKDAYS[(first + index) % 7]!)
}

const periodOf = (words: readonly string[]): TariffPeriod | undefined => {
  const perKwh = Number(words.at(-1))
  let period: TariffPeriod = { perKwh }
  for (const word of words.slice(0, -1)) {
    const [from, to] = word.split('-')
    if (from && to && TIME.test(from) && TIME.test(to)) period = { ...period, from, to }
    else {
      const days = daysOf(word)
      if (!days) return undefined
      period = { ...period, days }
    }
  }
  return words.length > 1 ? period : undefined
}

/**
 * A tariff as text: `0.31 EUR`, or with prices by time of use and a time zone after semicolons, as in
 * `0.31 EUR; 22:00-06:00 0.22; Sat-Sun 0.25; Europe/Paris`.
 *
 * @returns undefined for anything else.
 */
export const parseTariff = (text: string): Tariff | undefined => {
  const [head = '', ...rest] = text.split(';').map(part => part.trim())
  const [price, currency, ...more] = head.split(/\s+/)
  if (price === '' || currency === undefined || more.length > 0) return undefined
  const zone = rest.find(part => /^[A-Za-z]+(\/|$)/.test(part) && !/\s/.test(part))
  const periods = rest.filter(part => part !== zone).map(part => periodOf(part.split(/\s+/)))
  const tariff = {
    currency,
    perKwh: Number(price),
    ...(periods.length > 0 && { periods }),
    ...(zone !== undefined && { timeZone: zone }),
  }
  return isTariff(tariff) ? tariff : undefined
}

/** A stretch of time with one price. */
export interface PriceStretch {
  readonly fromMs: number
  readonly toMs: number
  readonly perKwh: number
}

interface LocalTime {
  readonly day: number
  readonly minutes: number
}

const holds = ({ days, from, to }: TariffPeriod, { day, minutes }: LocalTime): boolean => {
  const begins = from === undefined ? 0 : minutesOf(from)
  const ends = to === undefined ? DAY_MINUTES : minutesOf(to)
  const isOn = (weekday: number): boolean => days === undefined || days.includes(WEEKDAYS[(weekday + 7) % 7]!)
  if (begins < ends) return begins <= minutes && minutes < ends && isOn(day)
  return (minutes >= begins && isOn(day)) || (minutes < ends && isOn(day - 1))
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Prices from one instant to another, milliseconds since 1970, UTC. */
export const priceStretches = (tariff: Tariff, fromMs: number, toMs: number): readonly PriceStretch[] => {
  const { periods = [], perKwh, timeZone } = tariff
  if (periods.length === 0) return [{ fromMs, toMs, perKwh }]
  const clock = new Intl.DateTimeFormat('en-US', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone !== undefined && { timeZone }),
  })
  const localTime = (ms: number): LocalTime => {
    const parts = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, value]))
    return {
      day: (WEEKDAYS as readonly (string | undefined)[]).indexOf(parts.weekday),
      minutes: Number(parts.hour) * 60 + Number(parts.minute),
    }
  }
  const edges = [
    DAY_MINUTES,
    ...periods.flatMap(({ from, to }) => (from && to ? [minutesOf(from), minutesOf(to)] : [])),
  ]
  const stretches: PriceStretch[] = []
  let at = fromMs
  do {
    const time = localTime(at)
    const price = periods.find(period => holds(period, time))?.perKwh ?? perKwh
    const edge = Math.min(...edges.filter(minutes => minutes > time.minutes))
    // Looked at every hour anew: a day of the year has 23 hours, another 25.
    const next = Math.min(
      Math.floor(at / MINUTE_MS) * MINUTE_MS + (edge - time.minutes) * MINUTE_MS,
      (Math.floor(at / HOUR_MS) + 1) * HOUR_MS,
      toMs,
    )
    const last = stretches.at(-1)
    if (last?.perKwh === price) stretches[stretches.length - 1] = { ...last, toMs: next }
    else stretches.push({ fromMs: at, toMs: next, perKwh: price })
    at = next
  } while (at < toMs)
  return stretches
}
