import type { Command, OptionSpec } from './command.js'
import { COMMON_OPTIONS } from './parse-call.js'

const columns = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

const optionRow = ([name, spec]: readonly [string, OptionSpec]): readonly [string, string] => [
  `--${name}${spec.value ? ` ${spec.value}` : ''}`,
  spec.description,
]

/** Help of the program. */
export const programHelp = (commands: readonly Command[]): string =>
  [
    'epochwatt: energy and carbon of machine-learning runs',
    '',
    'Usage: epochwatt COMMAND [options]',
    '',
    'Commands:',
    ...columns(commands.map(command => [`${command.name} ${command.arguments}`.trimEnd(), command.summary])),
    '',
    'Options:',
    ...columns([
      ['--help', 'Show this help, or that of a command: epochwatt COMMAND --help'],
      ['--version', 'Show the version.'],
    ]),
    '',
    'RUN is an id, the unique beginning of one, a name, or "latest".',
    'With --json exactly one JSON document is written to stdout; everything else goes to stderr.',
    'Exit code: 0 done, 1 failed, 2 wrong usage.',
    '',
  ].join('\n')

/** Help of one command. */
export const commandHelp = (command: Command): string =>
  [
    command.summary,
    '',
    `Usage: epochwatt ${[command.name, command.arguments, '[options]'].filter(part => part !== '').join(' ')}`,
    ...(command.details.length > 0 ? ['', ...command.details] : []),
    '',
    'Options:',
    ...columns(Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(optionRow)),
    '',
  ].join('\n')
