import { messageOf } from '../errors/message-of.js'
import type { ActiveRun } from './active-run.js'

/** What may be called without naming a run. */
export type LoggingFunctions = Pick<
  ActiveRun,
  | 'logMetric'
  | 'logMetrics'
  | 'logParam'
  | 'logParams'
  | 'setTag'
  | 'setTags'
  | 'logArtifact'
  | 'logArtifacts'
  | 'logText'
  | 'logDict'
  | 'logFigure'
  | 'logTable'
  | 'logInput'
  | 'flush'
>

/** The methods of a run, as functions of the run that is active when they are called. */
export const loggingFunctions = (
  currentRun: () => Promise<ActiveRun>,
  warn: (message: string) => void,
): LoggingFunctions => {
  const onRun = (work: (run: ActiveRun) => Promise<void>): Promise<void> => {
    const run = currentRun()
    run.catch((error: unknown) => warn(messageOf(error)))
    const done = run.then(work)
    // A call that nobody waits for must not end the process; the run has told of what went wrong.
    done.catch(() => {})
    return done
  }
  return {
    // The time is that of the call, even if the run is still being started.
    logMetric: (key, value, options) => {
      const timed = { timestamp: Date.now(), ...options }
      return onRun(run => run.logMetric(key, value, timed))
    },
    logMetrics: (values, options) => {
      const timed = { timestamp: Date.now(), ...options }
      return onRun(run => run.logMetrics(values, timed))
    },
    logParam: (key, value) => onRun(run => run.logParam(key, value)),
    logParams: params => onRun(run => run.logParams(params)),
    setTag: (key, value) => onRun(run => run.setTag(key, value)),
    setTags: tags => onRun(run => run.setTags(tags)),
    logArtifact: (file, directory, options) => onRun(run => run.logArtifact(file, directory, options)),
    logArtifacts: (files, directory, options) => onRun(run => run.logArtifacts(files, directory, options)),
    logText: (text, path) => onRun(run => run.logText(text, path)),
    logDict: (value, path) => onRun(run => run.logDict(value, path)),
    logFigure: (figure, path) => onRun(run => run.logFigure(figure, path)),
    logTable: (data, path) => onRun(run => run.logTable(data, path)),
    logInput: (dataset, usage) => onRun(run => run.logInput(dataset, usage)),
    flush: () => onRun(run => run.flush()),
  }
}
