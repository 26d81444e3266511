import type { ExitOutcome } from './platform.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A process that was told to go must not be held by a server that does not answer. */
const graceMs = 5000

const withinGrace = (work: Promise<unknown>): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, graceMs)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    work.then(done, done)
  })

type Ending = (outcome: ExitOutcome) => Promise<void>

/** Of all that is open in this process: its listeners are there once, so that each can tell who else listens. */
const endings = new Set<Ending>()

const endAll = (outcome: ExitOutcome): Promise<void> => {
  const work = [...endings].map(end => end(outcome))
  endings.clear()
  stopListening()
  return withinGrace(Promise.allSettled(work))
}

const onBeforeExit = (): void => {
  void endAll('FINISHED')
}

const onSignal = (signal: NodeJS.Signals): void => {
  const work = endAll('KILLED')
  const isOurs = process.listenerCount(signal) === 0
  // Without a listener the next signal would end the process at once, before the runs are closed.
  const hold = (): void => {}
  if (isOurs) process.on(signal, hold)
  void work.then(() => {
    process.off(signal, hold)
    if (isOurs) process.kill(process.pid, signal)
  })
}

const listen = (): void => {
  process.on('beforeExit', onBeforeExit)
  for (const signal of signals) process.on(signal, onSignal)
}

const stopListening = (): void => {
  process.off('beforeExit', onBeforeExit)
  for (const signal of signals) process.off(signal, onSignal)
}

/**
 * Ends what is open when the process runs out of work or is signalled. A signal that nobody else listens to is
 * raised again afterwards, so that the process still dies of it, with the exit status that its parent expects.
 */
export const beforeExit = (end: Ending): (() => void) => {
  if (endings.size === 0) listen()
  endings.add(end)
  return () => {
    if (endings.delete(end) && endings.size === 0) stopListening()
  }
}
