import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const userName = (): string => {
  const id = process.getuid?.()
  if (id !== undefined) return String(id)
  // Windows has no numbers; its temporary folder is the user's own anyway.
  return createHash('sha256').update(userInfo().username).digest('hex').slice(0, 8)
}

/** Where everybody may write, a folder that somebody else prepared is not used. */
const ownFolder = (path: string): string => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const stats = lstatSync(path)
  const own = process.getuid?.()
  if (!stats.isDirectory() || (own !== undefined && stats.uid !== own)) {
    throw Object.assign(new Error('the folder of ranks belongs to somebody else'), { code: 'EACCES' })
  }
  return path
}

/**
 * The folder in which the ranks of a job on this machine find each other: below one of the user's own, or below the one
 * that `EPOCHWATT_HOST_DIR` names. Another machine, or this one after another boot, has another.
 *
 * @param boot Id of the boot, where there is one.
 * @throws where it cannot be made, or is not ours.
 */
export const rankFolder = (job: string, boot = '', env: NodeJS.ProcessEnv = process.env): string => {
  const root = env.EPOCHWATT_HOST_DIR || ownFolder(join(tmpdir(), `epochwatt-ranks-${userName()}`))
  return join(root, createHash('sha256').update(`${boot}\n${job}`).digest('hex').slice(0, 16))
}
