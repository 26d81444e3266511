import { MlflowError } from '../errors/mlflow-error.js'

const problemOf = (path: string): string | undefined => {
  const segments = path.split('/')
  if (path === '') return 'is empty'
  if (path.startsWith('/') || /^[a-z]:[\\/]/i.test(path))
    return 'is absolute; it must be relative to the root of the artifacts'
  if (segments.some(segment => segment === '..' || segment === '.')) return 'has a "." or ".." part'
  if (segments.includes('')) return 'has an empty part'
  if (path.includes('#')) return 'holds a "#", which the server refuses'
  // The server decodes paths once more than HTTP does: "a%41" would be stored, with 200, as "aA".
  if (/%[0-9a-f]{2}/i.test(path))
    return 'holds a "%" before two hexadecimal digits, which the server would decode'
  return undefined
}

/** @throws MlflowError `INVALID_PAYLOAD` for a path that the server would refuse or store under another name. */
export const checkedPath = (path: string): string => {
  const problem = problemOf(path)
  if (problem)
    throw new MlflowError('INVALID_PAYLOAD', `The artifact path "${path}" ${problem}. Nothing was sent.`)
  return path
}

/** Each segment by itself: `%2F` for a slash would be another name. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

export const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const joinPath = (...parts: readonly string[]): string => parts.filter(part => part !== '').join('/')
