/** Compute Pressure: how loaded the processor is as a whole, in four words. Undeclared in TypeScript so far. */
export type PressureState = 'nominal' | 'fair' | 'serious' | 'critical'

const STATES: readonly PressureState[] = ['nominal', 'fair', 'serious', 'critical']

interface PressureObserverLike {
  observe(source: 'cpu', options?: { sampleInterval?: number }): Promise<void>
  disconnect(): void
}

type PressureObserverClass = new (
  callback: (records: readonly { readonly state: PressureState }[]) => void,
) => PressureObserverLike

export interface PressureWatch {
  /** The highest state so far; undefined where nothing was reported. */
  peak(): PressureState | undefined
  close(): void
}

/**
 * Notes the highest pressure. Four words are no input for a power model, and Chromium gives no record at all while the
 * page computes without a break: it tells only whether others may have been at work.
 */
export const watchPressure = (): PressureWatch => {
  const { PressureObserver } = globalThis as { PressureObserver?: PressureObserverClass }
  let peak: PressureState | undefined
  let observer: PressureObserverLike | undefined
  try {
    observer =
      PressureObserver &&
      new PressureObserver(records => {
        for (const { state } of records) {
          if (peak === undefined || STATES.indexOf(state) > STATES.indexOf(peak)) peak = state
        }
      })
    // Refused in frames without permission.
    observer?.observe('cpu', { sampleInterval: 1000 }).catch(() => {})
  } catch {
    observer = undefined
  }
  return { peak: () => peak, close: () => observer?.disconnect() }
}
