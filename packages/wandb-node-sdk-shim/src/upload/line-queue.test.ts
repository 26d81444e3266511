import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LINE_FILES, LineQueue, type QueuedLine } from './line-queue.js'

const MAX_HELD = 100

/** A queue over a file of rows, each at a position of its own. */
const create = ({ hasFile = true } = {}) => {
  const file: QueuedLine[] = []
  const warnings: string[] = []
  const queue = new LineQueue({
    maxLineBytes: 1000,
    maxHeldBytes: MAX_HELD,
    reread: hasFile
      ? function* (position) {
          for (let at = position; at < file.length; at++) yield { ...file[at]!, next: at + 1 }
        }
      : undefined,
    warn: message => void warnings.push(message),
  })
  const push = (row: Omit<QueuedLine, 'position'>) => {
    const position = hasFile ? file.length : undefined
    file.push({ ...row, position })
    queue.push({ ...row, position })
  }
  return { queue, push, file, warnings }
}

describe('rows that wait', () => {
  it('come out whole and in order, however few of them memory may hold', () => {
    const step = fc.oneof(
      fc.record({ file: fc.constantFrom(...LINE_FILES), length: fc.nat(60) }),
      fc.record({ room: fc.nat(200) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), steps => {
        const { queue, push, file } = create()
        const taken = { 'wandb-history.jsonl': [] as string[], 'wandb-events.jsonl': [] as string[] }
        const take = (room: number) => {
          queue.refill()
          for (const name of LINE_FILES) taken[name].push(...queue.take(name, room, true).lines)
        }
        for (const [index, step] of steps.entries()) {
          if ('room' in step) take(step.room)
          else push({ file: step.file, line: `${index}:`.padEnd(step.length, 'x') })
          expect(queue.heldBytes).toBeLessThanOrEqual(MAX_HELD + 60)
        }
        while (!queue.isEmpty) take(50)
        for (const name of LINE_FILES) {
          expect(taken[name]).toEqual(file.filter(row => row.file === name).map(({ line }) => line))
        }
        expect(queue).toMatchObject({ heldBytes: 0, dropped: 0 })
      }),
    )
  })

  it('are dropped, counted and told once where there is no file behind them', () => {
    const { queue, push, warnings } = create({ hasFile: false })
    for (let row = 0; row < 20; row++) push({ file: 'wandb-history.jsonl', line: 'x'.repeat(10) })
    expect(queue.dropped).toBe(10)
    expect(new Set(warnings).size).toBe(1)
    expect(queue.take('wandb-history.jsonl', 1000, true).lines).toHaveLength(10)
    expect(queue.isEmpty).toBe(true)
  })
})
