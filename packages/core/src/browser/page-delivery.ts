import { messageOf } from '../errors.js'
import type { ExportedRun, RunEvent, RunExporter } from '../export/exporter.js'
import { isFinal } from '../export/is-final.js'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Brings the events of a page's run to its exporters. */
export interface PageDelivery {
  push(event: RunEvent): void
  /** Delivers what is left within the time; says of each exporter that could not what is missing. Never rejects. */
  finish(timeoutMs: number): Promise<readonly string[]>
}

interface Lane {
  push(event: RunEvent): void
  /** The events are complete. Resolves when they have arrived, or never will. */
  close(): Promise<void>
  failure(): string | undefined
}

const openLane = (exporter: RunExporter, run: ExportedRun): Lane => {
  const waiting: RunEvent[] = []
  let isStarted = false
  let isFlushed = false
  let hasGivenUp = false
  let error: string | undefined
  let busy: Promise<void> | undefined
  let waitMs = FIRST_WAIT_MS

  const send = async (): Promise<void> => {
    if (!isStarted) await exporter.start?.(run)
    isStarted = true
    while (waiting.length > 0) {
      const batch = [...waiting]
      await exporter.export(batch)
      waiting.splice(0, batch.length)
    }
  }
  const drain = async (): Promise<void> => {
    for (;;) {
      try {
        await send()
        waitMs = FIRST_WAIT_MS
        error = undefined
        return
      } catch (cause) {
        error = messageOf(cause)
        hasGivenUp = isFinal(cause)
      }
      if (hasGivenUp) return
      await sleep(waitMs)
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)
    }
  }
  const poke = async (): Promise<void> => {
    if (hasGivenUp) return
    busy ??= drain().finally(() => {
      busy = undefined
    })
    await busy
  }
  return {
    push: event => {
      waiting.push(event)
      void poke()
    },
    close: async () => {
      await poke()
      // What came while the last batch was on its way.
      await poke()
      try {
        if (error === undefined) await exporter.forceFlush()
        isFlushed = error === undefined
        await exporter.shutdown()
      } catch (cause) {
        error ??= messageOf(cause)
      }
    },
    failure: () => {
      if (isFlushed && error === undefined) return undefined
      const why = error ?? 'no answer in time'
      return `exporter ${exporter.name} did not deliver ${waiting.length} event(s): ${why}`
    },
  }
}

/** Starts delivery: each exporter at its own pace, in order, with growing waits between failed attempts. */
export const startDelivery = (exporters: readonly RunExporter[], run: ExportedRun): PageDelivery => {
  const lanes = exporters.map(exporter => openLane(exporter, run))
  return {
    push: event => {
      for (const lane of lanes) lane.push(event)
    },
    finish: async timeoutMs => {
      await Promise.race([Promise.all(lanes.map(lane => lane.close())), sleep(timeoutMs)])
      return lanes.map(lane => lane.failure()).filter(failure => failure !== undefined)
    },
  }
}
