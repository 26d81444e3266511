import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { openAddress } from '../settings/open-address.js'

export interface GitState {
  readonly commit: string
  /** Address of the remote, without a user or password that may stand in it. */
  readonly remoteUrl: string
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The working tree that `dir` lies under, with its `.git` directory, following the `.git` file of a worktree. */
const workTreeOf = (dir: string): { readonly root: string; readonly gitDir: string } | undefined => {
  for (let root = resolve(dir); ; root = dirname(root)) {
    const path = join(root, '.git')
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory()) return { root, gitDir: path }
    const link = stat && /^gitdir: (.+)$/m.exec(read(path) ?? '')
    if (link) return { root, gitDir: resolve(root, link[1]!.trim()) }
    if (dirname(root) === root) return undefined
  }
}

/** The folder of the working tree around `dir`. */
export const gitRootOf = (dir: string): string | undefined => workTreeOf(dir)?.root

const commitOf = (gitDir: string, commonDir: string): string => {
  const head = read(join(gitDir, 'HEAD'))?.trim() ?? ''
  const ref = /^ref: (.+)$/.exec(head)?.[1]
  if (ref === undefined) return head
  const loose = read(join(gitDir, ref)) ?? read(join(commonDir, ref))
  if (loose) return loose.trim()
  const packed = read(join(commonDir, 'packed-refs'))?.split('\n') ?? []
  return packed.find(line => line.endsWith(` ${ref}`))?.slice(0, 40) ?? ''
}

/** Commit and remote of the working tree around `dir`, read from its files; no git program is started. */
export const readGit = (dir: string): GitState | undefined => {
  const gitDir = workTreeOf(dir)?.gitDir
  if (!gitDir) return undefined
  const commonDir = resolve(gitDir, read(join(gitDir, 'commondir'))?.trim() ?? '.')
  const config = read(join(commonDir, 'config')) ?? ''
  const origin = /\[remote "origin"\]([^[]*)/.exec(config)?.[1] ?? ''
  const url = /^\s*url\s*=\s*(.+)$/m.exec(origin)?.[1]?.trim() ?? ''
  const commit = commitOf(gitDir, commonDir)
  return commit || url ? { commit, remoteUrl: openAddress(url) } : undefined
}
