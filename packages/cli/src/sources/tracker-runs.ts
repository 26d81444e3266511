import { printable } from '@epochwatt/report'
import type { Console } from '../console.js'

/** Counts on one line of a terminal; nowhere else. */
export const progressLine = (console: Console, tracker: string) => {
  const isTerminal = console.width !== undefined
  return {
    show: (runs: number): void => {
      if (isTerminal) console.err(`\rReading runs from ${tracker}: ${runs}`)
    },
    clear: (): void => {
      if (isTerminal) console.err('\r\u001b[K')
    },
  }
}

interface LeftOut {
  readonly run: string
  readonly name: string
  readonly reason: string
}

export const tellLeftOut = (console: Console, tracker: string, leftOut: readonly LeftOut[]): void => {
  for (const { run, name, reason } of leftOut) {
    console.err(`epochwatt: ${tracker} run ${run} (${printable(name)}) was left out: ${printable(reason)}\n`)
  }
}
