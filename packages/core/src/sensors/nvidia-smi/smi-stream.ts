import { PipedCommand } from '../piped-command.js'
import { smiNumber, smiQuery, smiRows } from './smi-table.js'

/** Several rows a reading; a board's power is refreshed ten times a second. */
const PERIOD_MS = 200

/** Older rows say nothing of now. */
const FRESH_MS = 2000

interface BoardPower {
  readonly at: number
  readonly watts: number
  /** Since the last reading. */
  readonly sum: number
  readonly count: number
}

/** One long-lived nvidia-smi that prints the power of all boards. */
export class SmiStream {
  readonly #columns: readonly string[]
  readonly #now: () => number
  readonly #command: PipedCommand
  readonly #boards = new Map<string, BoardPower>()
  #rest = ''

  /**
   * @param powerColumns Columns that hold a board's power, best first.
   * @param now Milliseconds of a monotonic clock.
   */
  constructor(command: string, powerColumns: readonly string[], now: () => number) {
    this.#columns = ['uuid', ...powerColumns]
    this.#now = now
    this.#command = new PipedCommand(command, [...smiQuery(this.#columns), `--loop-ms=${PERIOD_MS}`], now)
  }

  /** Mean power since the last reading of this board, watts, or NaN when nothing was heard of it of late. */
  read(uuid: string): number {
    this.#command.listen(
      text => this.#take(text),
      () => {
        this.#rest = ''
      },
    )
    const board = this.#boards.get(uuid)
    if (!board || this.#now() - board.at > FRESH_MS) return Number.NaN
    this.#boards.set(uuid, { ...board, sum: 0, count: 0 })
    return board.count > 0 ? board.sum / board.count : board.watts
  }

  close(): void {
    this.#command.close()
  }

  /** True when there was a row among it. */
  #take(text: string): boolean {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    const at = this.#now()
    let isOfUse = false
    for (const [uuid, ...powers] of smiRows(lines, this.#columns.length)) {
      const watts = powers.map(smiNumber).find(power => !Number.isNaN(power))
      if (uuid === undefined || watts === undefined) continue
      const { sum, count } = this.#boards.get(uuid) ?? { sum: 0, count: 0 }
      this.#boards.set(uuid, { at, watts, sum: sum + watts, count: count + 1 })
      isOfUse = true
    }
    return isOfUse
  }
}
