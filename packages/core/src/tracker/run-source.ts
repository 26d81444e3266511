import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** The folder of git's files: `.git` here or above, or what a `.git` file of a worktree points at. */
const gitFolder = (directory: string): string | undefined => {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const path = join(folder, '.git')
    if (existsSync(path)) {
      if (statSync(path).isDirectory()) return path
      const pointed = /^gitdir: (.+)$/m.exec(textOf(path) ?? '')?.[1]
      return pointed === undefined ? undefined : resolve(folder, pointed)
    }
    if (dirname(folder) === folder) return undefined
  }
}

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** What is checked out, read from git's files: starting git takes longer than starting to track. */
const gitCommit = (directory: string): string | undefined => {
  const folder = gitFolder(directory)
  if (folder === undefined) return undefined
  const head = textOf(join(folder, 'HEAD')) ?? ''
  if (COMMIT.test(head)) return head
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1]
  if (ref === undefined || ref.includes('..')) return undefined
  // Branches of a worktree are those of the repository that it belongs to.
  const common = resolve(folder, textOf(join(folder, 'commondir')) ?? '.')
  const commit =
    textOf(join(folder, ref)) ??
    textOf(join(common, ref)) ??
    textOf(join(common, 'packed-refs'))
      ?.split('\n')
      .find(line => line.endsWith(` ${ref}`))
      ?.split(' ')[0]
  return commit !== undefined && COMMIT.test(commit) ? commit : undefined
}

/** Inside the working directory only: another path would tell about the machine. */
const scriptOf = (directory: string, script: string | undefined): string | undefined => {
  if (script === undefined) return undefined
  const inside = relative(directory, script)
  const isOutside = inside.startsWith('..') || isAbsolute(inside) || inside.includes('node_modules')
  return inside === '' || isOutside ? undefined : inside
}

/** What a run was made by: the script, and the commit that is checked out, as far as they can be known. */
export const runSource = (
  directory: string = process.cwd(),
  script: string | undefined = process.argv[1],
): Readonly<Record<string, string>> => {
  const name = scriptOf(directory, script)
  const commit = gitCommit(directory)
  return { ...(name !== undefined && { script: name }), ...(commit !== undefined && { git_commit: commit }) }
}
