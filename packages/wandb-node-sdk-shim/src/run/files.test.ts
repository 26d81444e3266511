import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { RecordBody } from '../record/record-body.js'
import type { Settings } from '../settings/settings.js'
import { temporaryDirectory } from '../testing/fixture.js'
import { readGit } from './git.js'
import { filesMatching } from './glob.js'
import { globToRegExp } from './glob-pattern.js'
import { defaultProject } from './project-name.js'
import { SavedFiles } from './saved-files.js'

const directory = temporaryDirectory()
afterAll(directory.remove)
const at = (...labels: string[]) => join(directory.path, ...labels)

describe('patterns', () => {
  it.each([
    ['*.txt', ['a.txt'], ['a/b.txt', 'atxt']],
    ['**/*.txt', ['a.txt', 'a/b/c.txt'], ['a.text']],
    ['a/**', ['a/b', 'a/b/c'], ['b/a']],
    ['a?.b', ['ab.b'], ['a/.b', 'a.b']],
    ['(a)+[b].{c}', ['(a)+[b].{c}'], ['aab.c']],
  ])('%s', (pattern, yes, no) => {
    const expression = globToRegExp(pattern)
    expect(yes.filter(path => !expression.test(path))).toEqual([])
    expect(no.filter(path => expression.test(path))).toEqual([])
  })

  it('find files on the disk', () => {
    mkdirSync(at('tree', 'deep'), { recursive: true })
    for (const name of ['a.pt', 'b.pt', 'c.txt', 'deep/d.pt']) writeFileSync(at('tree', name), name)
    expect(filesMatching(at('tree', '*.pt')).sort()).toEqual([at('tree', 'a.pt'), at('tree', 'b.pt')])
    expect(filesMatching(at('tree', '**', '*.pt'))).toHaveLength(3)
    expect(filesMatching(at('tree', 'c.txt'))).toEqual([at('tree', 'c.txt')])
    expect(filesMatching(at('nowhere', '*'))).toEqual([])
  })
})

describe('saved files', () => {
  let written: RecordBody[]
  let warnings: string[]
  let saved: SavedFiles
  beforeEach(() => {
    written = []
    warnings = []
    mkdirSync(at('files'), { recursive: true })
    saved = new SavedFiles(
      at('files'),
      body => void written.push(body),
      message => void warnings.push(message),
    )
    writeFileSync(at('model.txt'), 'one')
  })

  it('are copied at once, and announced with their policy', () => {
    expect(saved.save(at('model.txt'), { policy: 'end' })).toEqual(['model.txt'])
    expect(readFileSync(at('files', 'model.txt'), 'utf8')).toBe('one')
    expect(written).toEqual([{ case: 'files', value: { files: [{ path: 'model.txt', policy: 1 }] } }])
  })

  it('are copied again when they changed, if they are live or kept for the end', () => {
    saved.save(at('model.txt'))
    saved.refresh()
    expect(written).toHaveLength(1)
    writeFileSync(at('model.txt'), 'two')
    utimesSync(at('model.txt'), 9e8, 9e8)
    saved.refresh()
    expect(written).toHaveLength(2)
    expect(written[1]).toEqual({ case: 'files', value: { files: [{ path: 'model.txt', policy: 2 }] } })
    expect(readFileSync(at('files', 'model.txt'), 'utf8')).toBe('two')
  })

  it('keep their folders below a base path, and cannot leave it', () => {
    mkdirSync(at('base', 'sub'), { recursive: true })
    writeFileSync(at('base', 'sub', 'x'), 'x')
    expect(saved.save(at('base', 'sub', 'x'), { basePath: at('base'), policy: 'now' })).toEqual(['sub/x'])
    expect(existsSync(at('files', 'sub', 'x'))).toBe(true)
    expect(() => saved.save(at('model.txt'), { basePath: at('base') })).toThrow(/does not lie under/)
    expect(() => saved.save(at('model.txt'), { policy: 'often' as never })).toThrow(
      /accepted: now, live, end/,
    )
  })

  it('that are not there cost a warning', () => {
    expect(saved.save(at('absent'))).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(/no file matches/)])
  })
})

describe('the default project', () => {
  const settings = (program: string, disableGit = false) => ({ program, disableGit }) as Settings

  it('is called after the working tree and the folder of the program in it', () => {
    mkdirSync(at('tree', '.git'), { recursive: true })
    mkdirSync(at('tree', 'src', 'deep'), { recursive: true })
    expect(defaultProject(settings('train.js'), at('tree'))).toBe('tree')
    expect(defaultProject(settings(at('tree', 'src', 'deep', 'train.js')), at('tree'))).toBe('tree-src_deep')
    expect(defaultProject(settings('/elsewhere/train.js'), at('tree'))).toBe('tree')
    expect(defaultProject(settings('train.js', true), at('tree'))).toBe('uncategorized')
    expect(defaultProject(settings('train.js'), directory.path)).toBe('uncategorized')
  })
})

describe('git', () => {
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-C', at('repository'), '-c', 'user.name=n', '-c', 'user.email=e@example.invalid', ...args],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: directory.path, GIT_CONFIG_NOSYSTEM: '1' },
      },
    ).trim()

  it('is read as git reads it: loose and packed refs, a detached head, a worktree, no credentials', () => {
    mkdirSync(at('repository', 'sub'), { recursive: true })
    git('init', '-q')
    git('remote', 'add', 'origin', 'https://user:secret@example.invalid/r.git')
    git('commit', '-q', '--allow-empty', '-m', 'first')
    const commit = git('rev-parse', 'HEAD')
    const expected = { commit, remoteUrl: 'https://example.invalid/r.git' }
    expect(readGit(at('repository', 'sub'))).toEqual(expected)
    git('pack-refs', '--all')
    expect(readGit(at('repository'))).toEqual(expected)
    git('worktree', 'add', '-q', '-b', 'other', at('worktree'))
    expect(readGit(at('worktree'))).toEqual(expected)
    git('checkout', '-q', '--detach')
    expect(readGit(at('repository'))).toEqual(expected)
  })
})
