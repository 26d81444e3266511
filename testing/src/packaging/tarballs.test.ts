import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PackedPackage, packPublished } from './pack.js'
import { importableNames, promisedFiles, publishedPackages, REPOSITORY } from './published-packages.js'
import { followImports } from './shipped-modules.js'

/** What a package may weigh as a download, and ship besides dist, README and LICENSE, unless this is enough for it. */
const USUAL = { kib: 50, besides: undefined }
const ALLOWED: Readonly<Record<string, { readonly kib: number; readonly besides?: RegExp }>> = {
  '@epochwatt/core': { kib: 470, besides: /^data\/ATTRIBUTION\.md$/ },
  '@epochwatt/report': { kib: 145 },
  epochwatt: { kib: 65 },
  'mlflow-js-client': { kib: 120, besides: /^openapi\/mlflow\.yaml$/ },
  'wandb-node-sdk-shim': { kib: 120 },
}

const ALWAYS = /^(package\.json|README\.md|LICENSE|(dist|flat)\/.+\.(js|d\.ts))$/

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-tarballs-'))
let packages: readonly PackedPackage[]

beforeAll(async () => {
  packages = await packPublished(folder)
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(publishedPackages().map(({ name }) => name))('the tarball of %s', name => {
  const allowed = ALLOWED[name] ?? USUAL
  const packed = (): PackedPackage => packages.find(candidate => candidate.name === name)!
  const read = (file: string): string => readFileSync(join(packed().directory, file), 'utf8')

  it('holds what it should and nothing else', () => {
    const unexpected = packed().files.filter(file => !ALWAYS.test(file) && !allowed.besides?.test(file))
    expect(unexpected).toEqual([])
  })

  it('holds a readme, the licence and every file that exports and bin name', () => {
    for (const file of ['README.md', 'LICENSE', ...promisedFiles(packed().manifest)]) {
      expect(existsSync(join(packed().directory, file)), file).toBe(true)
    }
    const root = readFileSync(join(REPOSITORY, 'LICENSE'), 'utf8')
    // A database under share-alike terms has its own; all else is under the one of the repository.
    if (packed().manifest.license === 'ODbL-1.0') expect(read('LICENSE')).toContain('Open Database License')
    else expect(read('LICENSE')).toBe(root)
    expect(read('README.md')).toMatch(new RegExp(`^# ${name}$`, 'm'))
  })

  it('is as small as this file allows', () => {
    expect(packed().tarballBytes / 1024).toBeLessThan(allowed.kib)
  })

  it('holds no module that nobody can reach (left over from an earlier build? pnpm clean)', async () => {
    const { reached } = await followImports(packed())
    // Core ships flat code; declarations of what is inside it say nothing wrong, and reach nobody.
    const modules = packed().files.filter(file => file.endsWith('.js'))
    expect(modules.filter(file => !reached.has(file.replace(/\.js$/, '')))).toEqual([])
  })

  it('imports only what its manifest makes the user install', async () => {
    const { dependencies, peerDependencies, optionalDependencies } = packed().manifest
    const installed = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
    const { imported } = await followImports(packed())
    expect([...imported].filter(module => !isBuiltin(module) && !installed.includes(module))).toEqual([])
  })

  it('knows nothing of the workspace or the machine it was packed in', () => {
    expect(read('package.json')).not.toContain('workspace:')
    for (const file of packed().files) {
      const text = read(file)
      expect(text.includes(REPOSITORY) || text.includes(`${homedir()}/`), file).toBe(false)
      expect(text, file).not.toContain('sourceMappingURL')
    }
  })

  it('passes publint without a remark', async () => {
    const bytes = new Uint8Array(readFileSync(packed().tarball))
    const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true })
    expect(messages.map(message => formatMessage(message, pkg))).toEqual([])
  })

  it('has types that resolve in every way a module can be imported', async () => {
    const { tarball, manifest } = packed()
    const modules = importableNames(manifest)
    const withoutTypes = Object.keys(manifest.exports ?? {}).filter(
      path => !modules.includes(name + path.slice(1)),
    )
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)), {
      excludeEntrypoints: withoutTypes,
    })
    // As the profile `esm-only` of attw: `require` in compilers that know no `require` of modules, and before `exports`.
    const problems = 'problems' in analysis ? analysis.problems : []
    const ignored = new Set<unknown>(['node10', 'node16-cjs'])
    expect(
      problems.filter(problem => !('resolutionKind' in problem && ignored.has(problem.resolutionKind))),
    ).toEqual([])
    expect(analysis.types !== false || modules.length === 0).toBe(true)
  })
})
