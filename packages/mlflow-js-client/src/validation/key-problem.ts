import { isLongerThan, limits } from './limits.js'

// Python's `\w`, which is Unicode: letters, digits and other numerals of any script, but no combining marks.
const allowed = /^[/\p{L}\p{N}_.\- :]*$/u

/** `posixpath.normpath`, since the file store turns keys into paths and the server refuses those that are not one. */
const normalize = (path: string): string => {
  const isAbsolute = path.startsWith('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (part !== '..' || !isAbsolute) kept.push(part)
  }
  // POSIX leaves the meaning of exactly two leading slashes open, so Python keeps them.
  const root = /^\/\/(?!\/)/.test(path) ? '//' : isAbsolute ? '/' : ''
  return root + kept.join('/') || '.'
}

/** Why a metric, param or tag key would be refused; `undefined` if it is fine. */
export const keyProblem = (key: string): string | undefined => {
  if (isLongerThan(key, limits.keyLength)) return `is longer than ${limits.keyLength} characters`
  if (!allowed.test(key)) {
    return 'may hold only letters, digits, underscores, dashes, periods, spaces, colons and slashes'
  }
  const path = normalize(key)
  if (path !== key || key === '.' || key.startsWith('..') || key.startsWith('/')) {
    return `is read as a path and would become "${path}"; empty, ".", ".." parts and slashes at the ends are refused`
  }
  return undefined
}
