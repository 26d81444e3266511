import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PackedPackage } from './pack.js'
import { REPOSITORY } from './published-packages.js'
import { runOrThrow } from './run-command.js'

const CONSUMER = fileURLToPath(new URL('./consumer/', import.meta.url))

/** A user's project: `npm init`, `npm install` of the tarballs and what they depend on, and a few programs. */
export const createFreshProject = async (
  folder: string,
  packages: readonly PackedPackage[],
): Promise<string> => {
  const project = join(folder, 'project')
  mkdirSync(project)
  await runOrThrow('npm', ['init', '-y'], { cwd: project })
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await runOrThrow('npm', [...install, ...packages.map(({ tarball }) => tarball)], { cwd: project })
  cpSync(CONSUMER, project, { recursive: true })
  const modules = readFileSync(join(CONSUMER, 'track.mjs'), 'utf8')
  const common = modules.replace(/^import (.+) from ('.+')$/m, 'const $1 = require($2)')
  writeFileSync(join(project, 'track.cjs'), common)
  return project
}

/** Lends the repository's TensorFlow.js to a project: the user's own would be a download of 300 MB. */
export const lendTensorFlow = (project: string): void => {
  const installed = join(REPOSITORY, 'packages/tensorflowjs-callback/node_modules/@tensorflow/tfjs')
  const place = join(project, 'node_modules/@tensorflow/tfjs')
  if (existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(realpathSync(installed), place, 'dir')
}
