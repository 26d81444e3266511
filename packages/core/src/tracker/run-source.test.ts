import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runSource } from './run-source.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epochwatt-source-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()

describe('the source of a run', () => {
  it('is the script inside the working directory, and no other path', () => {
    expect(runSource(folder, join(folder, 'src/train.mjs'))).toEqual({ script: join('src', 'train.mjs') })
    expect(runSource(folder, '/home/somebody/train.mjs')).toEqual({})
    expect(runSource(folder, join(folder, 'node_modules/epochwatt/dist/bin.js'))).toEqual({})
    expect(runSource(folder, undefined)).toEqual({})
  })

  it('has the commit that git says is checked out: on a branch, packed, detached, from a folder below, in a worktree', () => {
    git('init', '-q', '-b', 'feature/x')
    expect(runSource(folder, undefined)).toEqual({})
    git('commit', '-q', '--allow-empty', '-m', 'first')
    const commit = { git_commit: git('rev-parse', 'HEAD') }
    expect(runSource(folder, undefined)).toEqual(commit)
    mkdirSync(join(folder, 'deep/er'), { recursive: true })
    expect(runSource(join(folder, 'deep/er'), undefined)).toEqual(commit)
    git('pack-refs', '--all')
    expect(runSource(folder, undefined)).toEqual(commit)
    git('worktree', 'add', '-q', '-b', 'other', 'tree')
    expect(runSource(join(folder, 'tree'), undefined)).toEqual(commit)
    git('checkout', '-q', '--detach')
    expect(runSource(folder, undefined)).toEqual(commit)
  })

  it('is unknown where git’s files are damaged or lead elsewhere', () => {
    mkdirSync(join(folder, '.git'))
    for (const head of [
      '',
      'ref: ../../etc/passwd',
      'ref: refs/heads/../../../x',
      'ref: refs/heads/gone',
      'deadbeef',
    ]) {
      writeFileSync(join(folder, '.git/HEAD'), head)
      expect(runSource(folder, undefined)).toEqual({})
    }
  })
})
