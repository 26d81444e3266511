import type { ExitOutcome } from './platform.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A process that was told to go must not be held by a server that does not answer. */
const graceMs = 5000

const withinGrace = (work: Promise<void>): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, graceMs)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    work.then(done, done)
  })

/**
 * Ends what is open when the process runs out of work or is signalled. A signal that nobody else listens to is
 * raised again afterwards, so that the process still dies of it, with the exit status that its parent expects.
 */
export const beforeExit = (end: (outcome: ExitOutcome) => Promise<void>): (() => void) => {
  const finish = (): void => {
    remove()
    void withinGrace(end('FINISHED'))
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    remove()
    const isOurs = process.listenerCount(signal) === 0
    // Without a listener the next signal would end the process at once, before the run is closed.
    const hold = (): void => {}
    if (isOurs) process.on(signal, hold)
    void withinGrace(end('KILLED')).then(() => {
      process.off(signal, hold)
      if (isOurs) process.kill(process.pid, signal)
    })
  }
  const remove = (): void => {
    process.off('beforeExit', finish)
    for (const signal of signals) process.off(signal, onSignal)
  }
  process.on('beforeExit', finish)
  for (const signal of signals) process.on(signal, onSignal)
  return remove
}
