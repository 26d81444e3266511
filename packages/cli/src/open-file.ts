import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'

const openerOf = (platform: NodeJS.Platform): readonly [command: string, ...args: string[]] => {
  if (platform === 'darwin') return ['open']
  // `start` is a built-in of cmd; its first quoted argument would be taken for a window title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""']
  return ['xdg-open']
}

/** Shows a file in the user's browser. Resolves to why that could not be done, or to undefined once it was asked for. */
export const openFile = (
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> =>
  new Promise(resolve => {
    const [command, ...args] = openerOf(platform)
    const child = spawn(command, [...args, pathToFileURL(path).href], { stdio: 'ignore', detached: true })
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? `${command} is not installed` : error.message)
    })
    child.once('spawn', () => {
      child.unref()
      resolve(undefined)
    })
  })
