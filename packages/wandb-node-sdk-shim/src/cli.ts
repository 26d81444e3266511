#!/usr/bin/env node
import { messageOf } from './errors.js'
import { sync } from './sync/sync.js'

const USAGE = `Usage: wandb-sync [--include-synced] [PATH...]

Uploads runs that were recorded offline or cut short. PATH is a run's directory, its .wandb file, or a folder of runs;
default ./wandb. The server and the key come from WANDB_BASE_URL and WANDB_API_KEY, settings files or netrc.`

/** Exit codes: 0 everything is uploaded, 1 something is not, 2 wrong usage. */
const main = async (args: readonly string[]): Promise<number> => {
  const flags = args.filter(arg => arg.startsWith('-'))
  if (flags.includes('--help') || flags.includes('-h')) {
    console.log(USAGE)
    return 0
  }
  const unknown = flags.find(flag => flag !== '--include-synced')
  if (unknown !== undefined) {
    console.error(`wandb-sync: there is no option ${unknown}.\n\n${USAGE}`)
    return 2
  }
  const paths = args.filter(arg => !arg.startsWith('-'))
  let isComplete = true
  for (const path of paths.length > 0 ? paths : ['wandb']) {
    for (const run of await sync(path, { includeSynced: flags.includes('--include-synced') })) {
      console.log([run.outcome, run.id, run.url ?? '', `${run.rows} rows`].join('\t'))
      if (run.outcome === 'partial') isComplete = false
    }
  }
  return isComplete ? 0 : 1
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(`wandb-sync: ${messageOf(error)}`)
    process.exitCode = 1
  },
)
