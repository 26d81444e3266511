import { believable } from './believable.js'
import { type LogMessage, logMessages } from './log-lines.js'

/** One epoch as carbontracker writes it down: power of each component, all of its devices together. */
export interface LoggedEpoch {
  readonly index: number
  /** Milliseconds since 1970 of its end. */
  readonly endedAt: number
  readonly seconds: number
  /** Watts by component; undefined where carbontracker took no measurement. */
  readonly watts: ReadonlyMap<string, number | undefined>
}

/** What a carbontracker log says, of the standard or of the output kind. */
export interface CarbontrackerLog {
  readonly startedAt: number
  readonly endedAt: number
  readonly version?: string
  readonly pue?: number
  /** Devices by component, e.g. `gpu`. */
  readonly devices: ReadonlyMap<string, readonly string[]>
  readonly epochs: readonly LoggedEpoch[]
  /** Of all that was measured, PUE included. */
  readonly actual?: { readonly seconds: number; readonly kwh: number; readonly grams: number }
  readonly intensity?: {
    readonly grams: number
    /** The place whose average it is; undefined where carbontracker says that it fetched the figure. */
    readonly defaultOf?: string
  }
  /** As detected from the address of the network. */
  readonly place?: string
  readonly hasEnded: boolean
  /** What identifies the run in both of its logs. */
  readonly key: string
}

const FOUND = 'The following components were found:'

const secondsOf = (text: string): number | undefined => {
  const [, hours, minutes, seconds] = /\b(\d{1,5}):(\d\d):(\d\d(?:\.\d+)?)/.exec(text) ?? []
  return seconds === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

const devicesOf = (text: string): ReadonlyMap<string, readonly string[]> => {
  // A device name may have a dot in it; what ends the list is a dot before the next component or the end.
  const parts = text
    .slice(FOUND.length)
    .matchAll(/([A-Z]+) with device\(s\) (.*?)\.(?=\s+[A-Z]+ with device|\s*$)/gs)
  return new Map(
    Array.from(parts, ([, name, list]) => [
      name!.toLowerCase(),
      list!.split(',').map(device => device.trim()),
    ]),
  )
}

/** A number, numbers of several devices in brackets, or `None`. */
const wattsOf = (text: string): number | undefined => {
  const numbers = text.replace(/[[\]]/g, ' ').trim().split(/\s+/).map(believable)
  return text.trim() === '' || numbers.some(watts => !(watts >= 0))
    ? undefined
    : numbers.reduce((sum, watts) => sum + watts, 0)
}

const epochsOf = (messages: readonly LogMessage[]): readonly LoggedEpoch[] => {
  const epochs: {
    index: number
    endedAt: number
    seconds: number
    watts: Map<string, number | undefined>
  }[] = []
  for (const { at, text } of messages) {
    const begun = /^Epoch (\d{1,9}):$/.exec(text.trim())
    const last = epochs.at(-1)
    if (begun)
      epochs.push({ index: Number(begun[1]) - 1, endedAt: at, seconds: Number.NaN, watts: new Map() })
    else if (last && text.startsWith('Duration:')) last.seconds = secondsOf(text) ?? Number.NaN
    else {
      const [, name, value] = /^Average power usage \(W\) for (\w+): ([\s\S]*)$/.exec(text) ?? []
      if (last && name !== undefined && value !== undefined) last.watts.set(name, wattsOf(value))
    }
  }
  return epochs.filter(({ seconds }) => Number.isFinite(seconds))
}

const actualOf = (messages: readonly LogMessage[]): CarbontrackerLog['actual'] => {
  const text = messages.map(message => message.text).findLast(message => /Actual consumption/.test(message))
  if (text === undefined) return undefined
  const figure = (form: RegExp): number => believable(form.exec(text)?.[1])
  const kwh = figure(/Energy:\s*(\S+) kWh/)
  const grams = figure(/CO2eq:\s*(\S+) g/)
  const seconds = secondsOf(/Time:\s*(\S+)/.exec(text)?.[1] ?? '')
  return seconds === undefined || !Number.isFinite(kwh) ? undefined : { seconds, kwh, grams }
}

const intensityOf = (messages: readonly LogMessage[]): CarbontrackerLog['intensity'] => {
  const texts = messages.map(({ text }) => text)
  const average = texts.findLast(text => /^Average carbon intensity during training was/.test(text))
  const grams = believable(/was (\d+(?:\.\d+)?)/.exec(average ?? '')?.[1])
  const fallback = texts
    .map(text => /average carbon intensity for (.+?) in \d{4} of/.exec(text)?.[1])
    .find(Boolean)
  return Number.isFinite(grams) ? { grams, ...(fallback && { defaultOf: fallback }) } : undefined
}

const placeOf = (messages: readonly LogMessage[]): string | undefined => {
  const places = messages.flatMap(
    ({ text }) => /at detected location:? (.+?)(?::|\.?$)/s.exec(text)?.[1] ?? [],
  )
  return places.findLast(place => !/^(UNDETECTED|Unknown)/i.test(place))
}

/** Whether a text is a log of carbontracker. */
export const isCarbontrackerLog = (text: string): boolean =>
  logMessages(text.slice(0, 65_536)).some(message => message.text.startsWith(FOUND))

/** The third log of a run holds its errors, and no measurement. */
export const isCarbontrackerErrorLog = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ - \S+ - (INFO|WARNING|CRITICAL) - /.test(text)

/** Reads a log of either kind. Returns undefined where it does not say what was measured. */
export const parseCarbontrackerLog = (text: string): CarbontrackerLog | undefined => {
  const messages = logMessages(text)
  const found = messages.find(message => message.text.startsWith(FOUND))
  const [first] = messages
  if (!first || !found) return undefined
  const matching = (form: RegExp): string | undefined =>
    messages.map(message => form.exec(message.text)?.[1]).find(Boolean)
  const version = matching(/^carbontracker version (\S+)/)
  const pue = believable(matching(/PUE coefficient of (\d+(?:\.\d+)?)/))
  const actual = actualOf(messages)
  const intensity = intensityOf(messages)
  const place = placeOf(messages)
  return {
    startedAt: first.at,
    endedAt: messages.at(-1)!.at,
    ...(version && { version }),
    ...(Number.isFinite(pue) && { pue }),
    devices: devicesOf(found.text),
    epochs: epochsOf(messages),
    ...(actual && { actual }),
    ...(intensity && { intensity }),
    ...(place && { place }),
    hasEnded: messages.some(message => /Monitoring thread ended|Finished monitoring/.test(message.text)),
    key: `${found.at}\n${found.text}`,
  }
}
