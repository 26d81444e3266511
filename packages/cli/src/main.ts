import { readFileSync } from 'node:fs'
import { OptionError } from '@epochwatt/core'
import { suggestion } from './closest.js'
import type { Command } from './command.js'
import { advise } from './commands/advise.js'
import { aggregate } from './commands/aggregate.js'
import { compare } from './commands/compare.js'
import { disclose } from './commands/disclose.js'
import { doctor } from './commands/doctor.js'
import { estimate } from './commands/estimate.js'
import { importCommand } from './commands/import.js'
import { list } from './commands/list.js'
import { recompute } from './commands/recompute.js'
import { recover } from './commands/recover.js'
import { regions } from './commands/regions.js'
import { report } from './commands/report.js'
import { run } from './commands/run.js'
import { serve } from './commands/serve.js'
import { show } from './commands/show.js'
import { sync } from './commands/sync.js'
import { when } from './commands/when.js'
import type { Console } from './console.js'
import { commandHelp, programHelp } from './help.js'
import { parseCall } from './parse-call.js'
import { UsageError } from './usage-error.js'

const COMMANDS: readonly Command[] = [
  doctor,
  list,
  show,
  run,
  report,
  compare,
  aggregate,
  serve,
  recover,
  sync,
  estimate,
  recompute,
  regions,
  when,
  advise,
  disclose,
  importCommand,
]

const version = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const findCommand = (name: string): Command => {
  const command = COMMANDS.find(candidate => candidate.name === name)
  if (command) return command
  const names = COMMANDS.map(candidate => candidate.name)
  const near = suggestion(name, names) || ` Commands: ${names.join(', ')}.`
  throw new UsageError(`Unknown ${name.startsWith('-') ? 'option' : 'command'} "${name}".${near}`)
}

const dispatch = async (args: readonly string[], console: Console): Promise<number> => {
  const [first, ...rest] = args
  if (first === undefined) {
    console.err(programHelp(COMMANDS))
    return 2
  }
  if (first === '--version' || first === '-v') {
    console.out(`${version()}\n`)
    return 0
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    console.out(rest[0] === undefined ? programHelp(COMMANDS) : commandHelp(findCommand(rest[0])))
    return 0
  }
  const command = findCommand(first)
  const call = parseCall(command, rest)
  if (call.flag('help')) {
    console.out(commandHelp(command))
    return 0
  }
  return command.run(call, console)
}

/** One clear sentence for whatever went wrong, and the exit code that belongs to it. */
const explain = (error: unknown, console: Console): number => {
  if (error instanceof UsageError) {
    const help = error.command === undefined ? 'epochwatt --help' : `epochwatt ${error.command} --help`
    console.err(`epochwatt: ${error.message} See: ${help}\n`)
    return 2
  }
  console.err(`epochwatt: ${error instanceof Error ? error.message : String(error)}\n`)
  return error instanceof OptionError ? 2 : 1
}

/** Runs the program and returns its exit code. */
export const main = async (args: readonly string[], console: Console): Promise<number> => {
  try {
    return await dispatch(args, console)
  } catch (error) {
    return explain(error, console)
  }
}
