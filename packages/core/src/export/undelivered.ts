import { LineTail } from '../journal/line-tail.js'
import { type DeliveryNote, outboxPath } from './delivery-note.js'
import { parseStored } from './outbox.js'

const CHUNK_BYTES = 1 << 20

/** How many events of a run an exporter has yet to deliver. The record counts as one, also while it is not there yet. */
export const undeliveredOf = (
  directory: string,
  { complete, offset, delivered, hasRecord }: DeliveryNote,
): number => {
  if (complete) return 0
  const tail = new LineTail(outboxPath(directory), offset)
  let waiting = 0
  let isRecordWaiting = false
  for (let lines = tail.read(CHUNK_BYTES); lines.length > 0; lines = tail.read(CHUNK_BYTES)) {
    for (const { text } of lines) {
      const event = parseStored(text)
      if (!event || event.seq <= delivered) continue
      waiting++
      isRecordWaiting ||= event.type === 'record'
    }
  }
  tail.close()
  return hasRecord || isRecordWaiting ? waiting : waiting + 1
}
