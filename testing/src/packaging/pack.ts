import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type Manifest, publishedPackages, REPOSITORY, readManifest } from './published-packages.js'
import { runOrThrow } from './run-command.js'

export interface PackedPackage {
  readonly name: string
  readonly tarball: string
  readonly tarballBytes: number
  /** Where the tarball's content was laid out. */
  readonly directory: string
  /** The manifest as packed, which is not the one of the repository. */
  readonly manifest: Manifest
  /** Paths inside the package, with forward slashes. */
  readonly files: readonly string[]
}

/** `name@version` of the pinned package manager; nothing needs to be installed but npm. */
const packageManager = (): string => {
  const { packageManager: pin } = readManifest(REPOSITORY) as Manifest & { readonly packageManager: string }
  return pin.replace(/\+.*$/, '')
}

const unpack = async (manifest: Manifest, folder: string): Promise<PackedPackage> => {
  const stem = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}`
  const tarball = join(folder, `${stem}.tgz`)
  const unpacked = join(folder, stem)
  await mkdir(unpacked)
  await runOrThrow('tar', ['-xzf', tarball, '-C', unpacked], { cwd: folder })
  const directory = join(unpacked, 'package')
  return {
    name: manifest.name,
    tarball,
    tarballBytes: statSync(tarball).size,
    directory,
    manifest: readManifest(directory),
    files: readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .sort(),
  }
}

const newestMs = (directory: string): number =>
  Math.max(
    ...readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  )

/** Only looks: other test files run what is built while this one would build it anew. */
const checkBuilt = async (): Promise<void> => {
  const tsc = join(REPOSITORY, 'node_modules/.bin/tsc')
  const plan = await runOrThrow(tsc, ['-b', '--dry'], { cwd: REPOSITORY })
  const core = join(REPOSITORY, 'packages/core')
  const isFlat =
    existsSync(join(core, 'flat')) && newestMs(join(core, 'flat')) >= newestMs(join(core, 'dist'))
  if (isFlat && !plan.includes('would build')) return
  throw new Error(
    `What would be packed is not what the sources say now: run the script "build" first.\n${plan}`,
  )
}

/**
 * Packs what would be published and lays the content of each tarball out beside it.
 *
 * @param folder An empty folder.
 * @throws Error when the packages are not built from their sources as they are now.
 */
export const packPublished = async (folder: string): Promise<readonly PackedPackage[]> => {
  await checkBuilt()
  const pack = ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder]
  await runOrThrow('npx', ['-y', packageManager(), ...pack], { cwd: REPOSITORY })
  return Promise.all(publishedPackages().map(manifest => unpack(manifest, folder)))
}
