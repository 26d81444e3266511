import { basename, dirname, relative, resolve, sep } from 'node:path'
import type { Settings } from '../settings/settings.js'
import { gitRootOf } from './git.js'

/**
 * The project of a run for which none is named, as the Python SDK calls it: after the git working tree and the folder
 * of the program in it.
 */
export const defaultProject = ({ program, disableGit }: Settings, cwd = process.cwd()): string => {
  const root = disableGit ? undefined : gitRootOf(cwd)
  if (root === undefined) return 'uncategorized'
  const file = program ?? process.argv[1]
  const folder = file === undefined ? root : dirname(resolve(cwd, file))
  const isInside = folder === root || folder.startsWith(root + sep)
  const below = isInside ? relative(root, folder) : ''
  const name = below === '' ? basename(root) : `${basename(root)}-${below}`
  // What W&B refuses in a name: as the SDK does with slashes.
  return name.replace(/[/\\#?%:]/g, '_').slice(0, 128) || 'uncategorized'
}
