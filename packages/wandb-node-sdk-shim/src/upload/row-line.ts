import type { MessageInitShape } from '@bufbuild/protobuf'
import type { TimestampSchema } from '@bufbuild/protobuf/wkt'
import type { BodyOf } from '../record/record-body.js'
import { lineOf } from './json-tree.js'
import type { LineFile } from './line-queue.js'
import type { RowBody } from './row-source.js'

export const millisOf = (timestamp: MessageInitShape<typeof TimestampSchema> | undefined): number =>
  timestamp ? Number(timestamp.seconds ?? 0n) * 1000 + (timestamp.nanos ?? 0) / 1e6 : 0

/** Measurements of the machine, which the server tells from others by a name before each and the time. */
const eventLine = ({ timestamp, item = [] }: BodyOf<'stats'>, startMs: number): string => {
  const ms = millisOf(timestamp)
  return lineOf([
    { key: '_wandb', valueJson: 'true' },
    { key: '_timestamp', valueJson: String(ms / 1000) },
    { key: '_runtime', valueJson: String((ms - startMs) / 1000) },
    ...item.map(({ key, valueJson }) => ({ key: `system.${key}`, valueJson: valueJson ?? 'null' })),
  ])
}

/** A row as the server wants it. */
export const lineOfRow = (body: RowBody, startMs: number): { file: LineFile; line: string } =>
  body.case === 'history'
    ? { file: 'wandb-history.jsonl', line: lineOf(body.value.item ?? []) }
    : { file: 'wandb-events.jsonl', line: eventLine(body.value, startMs) }
