import { type RunRecord, type RunStore, type Undelivered, undelivered } from '@epochwatt/core'
import { printable } from '@epochwatt/report'
import type { Console } from './console.js'

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const sentence = ({ exporter, waiting, error, refused, refusedCount }: Undelivered): string => {
  const parts = [
    ...(waiting > 0
      ? [
          `${counted(waiting, 'event')} not delivered to ${exporter}${error === undefined ? '' : ` (${error})`}`,
        ]
      : []),
    ...(refusedCount > 0
      ? [
          `${exporter} refused ${refused.map(({ item, reason }) => `${item}: ${reason}`).join('; ')}${refusedCount > refused.length ? `; and ${refusedCount - refused.length} more` : ''}`,
        ]
      : []),
  ]
  return printable(parts.join('; '))
}

/** What a run's exporters could not deliver, one sentence each. */
export const undeliveredNotices = (store: RunStore, { id }: Pick<RunRecord, 'id'>): readonly string[] =>
  undelivered(store.runDirectory(id)).map(sentence)

/** Tells which of some runs are not delivered, and how they are. */
export const noticeUndelivered = (
  store: RunStore,
  records: readonly { readonly id: string }[],
  console: Console,
): void => {
  const waiting = records.filter(({ id }) =>
    undelivered(store.runDirectory(id)).some(each => each.waiting > 0),
  )
  if (waiting.length === 0) return
  const some = waiting.slice(0, 3).map(({ id }) => id)
  const more = waiting.length > some.length ? `, and ${waiting.length - some.length} more` : ''
  console.err(
    `Not delivered: ${some.join(', ')}${more}. \`epochwatt show RUN\` says why, \`epochwatt sync\` delivers them.\n`,
  )
}
