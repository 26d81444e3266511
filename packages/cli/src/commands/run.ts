import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { basename } from 'node:path'
import { startTracking, type Tracker } from '@epochwatt/core'
import { renderTerminalSummary } from '@epochwatt/report'
import type { Command } from '../command.js'
import { withFlagNames } from '../flag-names.js'
import { METRICS_PORT_OPTION, metricsServing } from '../metrics-port.js'
import { pairsOption } from '../pairs-option.js'
import { RUN_FLAG_NAMES, RUN_FLAGS, runFlagsOf } from '../run-flags.js'

const NAME = 'run'

/** A shell's own exit code for a command that it could not start. */
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

interface Ending {
  readonly code: number
  readonly reason?: string
}

/** Signals that somebody sends to this process are meant for the command. */
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const
/** From a terminal these reach the command directly, since it is in the same group. */
const LEFT_TO_IT = ['SIGINT', 'SIGQUIT'] as const

/** Runs the command with this process's input, output and environment until it ends. Never rejects. */
const runCommand = (
  [file, ...args]: readonly string[],
  tracker: Tracker,
  env: Readonly<Record<string, string>> = {},
): Promise<Ending> =>
  new Promise(resolve => {
    const child = spawn(file!, args, {
      stdio: 'inherit',
      // Its energy is in this run already: a process of ours in it, turned on by default, has nothing to add.
      env: { ...process.env, ...env, EPOCHWATT_PARENT_RUN: tracker.id },
    })
    const passOn = (signal: NodeJS.Signals): void => void child.kill(signal)
    const leave = (): void => {}
    for (const signal of PASSED_ON) process.on(signal, passOn)
    for (const signal of LEFT_TO_IT) process.on(signal, leave)
    // A policy's cap: the command may save what it has, as for any polite end.
    const obey = (): void => passOn('SIGTERM')
    if (tracker.signal.aborted) obey()
    tracker.signal.addEventListener('abort', obey)
    const finish = (ending: Ending): void => {
      tracker.signal.removeEventListener('abort', obey)
      for (const signal of PASSED_ON) process.off(signal, passOn)
      for (const signal of LEFT_TO_IT) process.off(signal, leave)
      resolve(ending)
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      finish({
        code: error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE,
        reason: `the command could not be started: ${error.message}`,
      })
    })
    child.once('exit', (code, signal) => {
      if (signal) {
        // As a shell tells it.
        const why = tracker.signal.aborted ? `: ${tracker.signal.reason}` : ''
        finish({ code: 128 + constants.signals[signal], reason: `the command was ended by ${signal}${why}` })
      } else {
        finish({ code: code!, ...(code !== 0 && { reason: `the command ended with exit code ${code}` }) })
      }
    })
  })

/** The command, and the script that it runs if it is given one: no other argument, since any may be a secret. */
const nameOf = ([file, first]: readonly string[]): string =>
  [file!, ...(first !== undefined && existsSync(first) ? [first] : [])].map(part => basename(part)).join(' ')

export const run: Command = {
  name: NAME,
  summary: 'Run any command, of any language, and track what it and its children use.',
  arguments: '[OPTIONS] -- COMMAND [ARGUMENT…]',
  takes: [1, Number.POSITIVE_INFINITY],
  details: [
    'Input, output and exit code are the command’s own; the summary goes to stderr. Options not listed here are',
    'taken from EPOCHWATT_ variables and epochwatt.config.json, as are exporters.',
  ],
  options: {
    ...RUN_FLAGS,
    intensity: {
      type: 'string',
      value: 'G',
      sameAs: 'grid-intensity',
      description: 'Same as --grid-intensity.',
    },
    tag: { type: 'string', value: 'KEY=TEXT', multiple: true, description: 'A label. May be repeated.' },
    param: {
      type: 'string',
      value: 'KEY=TEXT',
      multiple: true,
      description: 'A parameter. May be repeated.',
    },
    'metrics-port': METRICS_PORT_OPTION,
    quiet: { type: 'boolean', description: 'No summary.' },
  },
  run: async (call, console) => {
    const serveMetrics = await metricsServing(call, console, NAME)
    const tracker = withFlagNames(NAME, RUN_FLAG_NAMES, () =>
      startTracking({
        name: nameOf(call.positionals),
        ...runFlagsOf(call, NAME),
        // Without one, what variables and config files say holds.
        ...(call.texts('tag').length > 0 && { tags: pairsOption(call, 'tag', NAME) }),
        ...(call.texts('param').length > 0 && { params: pairsOption(call, 'param', NAME) }),
      }),
    )
    const metrics = await serveMetrics(tracker)
    const { code, reason } = await runCommand(call.positionals, tracker, metrics?.env)
    await metrics?.close()
    const record = await tracker.stop(reason === undefined ? {} : { status: 'failed', reason })
    // stdout is the command's.
    if (record && !call.flag('quiet'))
      console.err(renderTerminalSummary(record, { color: false, width: console.width }))
    return code
  },
}
