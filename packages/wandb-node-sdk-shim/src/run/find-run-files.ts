import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { WandbError } from '../errors.js'

const logIn = (dir: string): string | undefined => {
  const name = readdirSync(dir).find(entry => entry.startsWith('run-') && entry.endsWith('.wandb'))
  return name && join(dir, name)
}

/**
 * The `.wandb` files of runs, oldest first.
 *
 * @param path a run's directory, its `.wandb` file, or a `wandb` folder with the directories of runs.
 * @throws {WandbError} `USAGE` if there is no run.
 *
 * @example
 * ```ts
 * for (const path of findRunFiles('wandb')) console.log(path)
 * ```
 */
export const findRunFiles = (path: string): string[] => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new WandbError('USAGE', `There is no ${path}.`)
  if (stat.isFile()) return [path]
  const own = logIn(path)
  if (own) return [own]
  const logs = readdirSync(path, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && /^(offline-)?run-/.test(entry.name))
    .flatMap(entry => logIn(join(path, entry.name)) ?? [])
  if (logs.length === 0) {
    throw new WandbError(
      'USAGE',
      `${path} holds no run: neither run-<id>.wandb nor folders named run-... or offline-run-....`,
    )
  }
  return logs.sort()
}
