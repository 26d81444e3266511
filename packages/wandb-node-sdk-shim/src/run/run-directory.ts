import { existsSync, lstatSync, mkdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { messageOf } from '../errors.js'

/** The places of one run on the disk. */
export interface RunDirectory {
  readonly path: string
  /** `run-<id>.wandb`, the record of everything. */
  readonly logPath: string
  /** Files that belong to the run's page. */
  readonly filesDir: string
  /** Copies of what was logged as artifacts, until they are uploaded. */
  readonly artifactsDir: string
}

const two = (number: number) => String(number).padStart(2, '0')

/** Local time as the folder names have it; one of W&B's readers parses it, so its form is fixed. */
const stampOf = (time: Date): string =>
  `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}_` +
  `${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`

/** The folder of all runs: `.wandb` where someone made one, else `wandb`; the temporary folder where none can be. */
const runsDir = (rootDir: string, warn: (message: string) => void): string => {
  const hidden = join(rootDir, '.wandb')
  const path = existsSync(hidden) ? hidden : join(rootDir, 'wandb')
  try {
    mkdirSync(path, { recursive: true })
    return path
  } catch (error) {
    const fallback = join(tmpdir(), 'wandb')
    warn(`Cannot write to ${path} (${messageOf(error)}); the run is kept in ${fallback}.`)
    mkdirSync(fallback, { recursive: true })
    return fallback
  }
}

/** Creates the directory of a run, as the Python SDK names it: `offline-run-20260131_235959-<id>`. */
export const createRunDirectory = (options: {
  rootDir: string
  runId: string
  offline: boolean
  startTime: Date
  warn: (message: string) => void
}): RunDirectory => {
  const parent = runsDir(options.rootDir, options.warn)
  const time = new Date(options.startTime)
  for (;;) {
    const name = `${options.offline ? 'offline-run' : 'run'}-${stampOf(time)}-${options.runId}`
    const path = join(parent, name)
    try {
      mkdirSync(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      // The same id twice within a second: the name must stay unique and in its form.
      time.setSeconds(time.getSeconds() + 1)
      continue
    }
    const filesDir = join(path, 'files')
    mkdirSync(filesDir)
    return {
      path,
      filesDir,
      logPath: join(path, `run-${options.runId}.wandb`),
      artifactsDir: join(path, 'artifacts'),
    }
  }
}

/** `latest-run`, which W&B's terminal viewer opens. A convenience: not every file system has links. */
export const linkLatest = ({ path }: RunDirectory): void => {
  const link = join(dirname(path), 'latest-run')
  try {
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(link)
    symlinkSync(basename(path), link)
  } catch {}
}
