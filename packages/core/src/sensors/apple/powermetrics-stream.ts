import { PipedCommand } from '../piped-command.js'
import { type BlockPowers, type PowermetricsBlock, readReport } from './powermetrics-report.js'

const PERIOD_MS = 1000

/** Older reports say nothing of now. */
const FRESH_MS = 4000

/** One report is some tens of kilobytes; what never ends is not one. */
const LONGEST_REPORT = 4 * 2 ** 20

export const POWERMETRICS_ARGS = ['-f', 'plist', '-s', 'cpu_power,gpu_power', '-i', String(PERIOD_MS)]

/** What a report ends with. A zero byte follows, but only at the beginning of the next one. */
const END = '</plist>'

/** One long-lived powermetrics. */
export class PowermetricsStream {
  readonly #command: PipedCommand
  readonly #now: () => number
  #rest = ''
  #latest: BlockPowers = {}
  #at = Number.NEGATIVE_INFINITY

  /** @param now Milliseconds of a monotonic clock. */
  constructor(command: string, args: readonly string[], now: () => number) {
    this.#command = new PipedCommand(command, args, now)
    this.#now = now
  }

  /** Mean power of a block over the latest report, watts, or NaN. */
  read(block: PowermetricsBlock): number {
    this.#command.listen(
      text => this.#take(text),
      () => {
        this.#rest = ''
      },
    )
    return this.#now() - this.#at > FRESH_MS ? Number.NaN : (this.#latest[block] ?? Number.NaN)
  }

  #take(text: string): boolean {
    const reports = (this.#rest + text).split(END)
    this.#rest = reports.pop() ?? ''
    if (this.#rest.length > LONGEST_REPORT) this.#rest = ''
    let isOfUse = false
    for (const report of reports) {
      const powers = readReport(report)
      if (Object.keys(powers).length === 0) continue
      this.#latest = powers
      this.#at = this.#now()
      isOfUse = true
    }
    return isOfUse
  }

  close(): void {
    this.#command.close()
  }
}
