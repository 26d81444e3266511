import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('a build leaves no output whose source is gone, in folders of one or several projects', () => {
  const root = mkdtempSync(join(tmpdir(), 'epochwatt-prune-'))
  const write = (path: string, text = ''): void => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const project = (name: string, root: readonly unknown[], fileNames: readonly string[]): void =>
    write(
      `notes/${name}.tsbuildinfo`,
      JSON.stringify({ root, fileNames, options: { rootDir: '../src', outDir: '../dist' } }),
    )
  try {
    // Ids count from 1 and may be ranges; a library's file is no root.
    project('engine', [[2, 3]], ['../lib.d.ts', '../src/kept.ts', '../src/inner/kept.ts'])
    project('page', [1], ['../src/page.ts'])
    for (const stem of ['kept', 'inner/kept', 'page', 'gone', 'inner/gone'])
      for (const extension of ['js', 'd.ts']) write(`dist/${stem}.${extension}`)
    write('dist/README.txt')

    execFileSync(process.execPath, [
      fileURLToPath(new URL('prune-outputs.mjs', import.meta.url)),
      join(root, 'notes'),
    ])

    const left = readdirSync(join(root, 'dist'), { recursive: true }).map(String)
    expect(left.filter(path => path.includes('.')).sort()).toEqual(
      [
        'README.txt',
        'inner/kept.d.ts',
        'inner/kept.js',
        'kept.d.ts',
        'kept.js',
        'page.d.ts',
        'page.js',
      ].sort(),
    )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
