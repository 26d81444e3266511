import { readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { globToRegExp } from './glob-pattern.js'

const hasGlob = (path: string): boolean => /[*?]/.test(path)

/** The files that `pattern` names: itself, or all that match. */
export const filesMatching = (pattern: string): string[] => {
  if (!hasGlob(pattern)) return statSync(pattern, { throwIfNoEntry: false })?.isFile() ? [pattern] : []
  const labels = pattern.split(sep)
  const fixed = labels.slice(0, labels.findIndex(hasGlob)).join(sep)
  const base = fixed === '' ? (pattern.startsWith(sep) ? sep : '.') : fixed
  if (!statSync(base, { throwIfNoEntry: false })?.isDirectory()) return []
  const matches = globToRegExp(relative(base, pattern).split(sep).join('/'))
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => matches.test(relative(base, path).split(sep).join('/')))
}
