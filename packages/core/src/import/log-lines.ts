/** A message of a log, with the lines that belong to it. */
export interface LogMessage {
  /** Milliseconds since 1970, the log's clock taken as UTC. */
  readonly at: number
  readonly text: string
}

const STAMPED = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:,\d+)? - (.*)$/

/** Messages of a log whose lines begin with `2026-01-05 12:00:00 - `; lines without a time belong to the one before. */
export const logMessages = (text: string): readonly LogMessage[] => {
  const messages: { at: number; text: string }[] = []
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    const [, day, time, rest] = STAMPED.exec(line) ?? []
    const last = messages.at(-1)
    const at = Date.parse(`${day}T${time}Z`)
    if (rest !== undefined && !Number.isNaN(at))
      messages.push({ at, text: rest.replace(/^CarbonTracker: ?/, '') })
    else if (last) last.text += `\n${line}`
  }
  return messages
}
