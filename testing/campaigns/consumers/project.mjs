// A project of a user, and what a tracked run in it must look like.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runOrThrow } from '../../dist/packaging/run-command.js'

const CONSUMER = fileURLToPath(new URL('../../src/packaging/consumer/', import.meta.url))

/** Each download may take its time on a busy machine. */
const TIMEOUT_MS = 300_000

export const run = (cwd, program, ...args) => runOrThrow(program, args, { cwd, timeoutMs: TIMEOUT_MS })

const tarballsOf = packages =>
  Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]))

/**
 * A folder with package.json and the programs of the short version. Our packages name each other by version; until these are in a
 * registry, every package manager but npm must be told that the tarballs are meant.
 */
export const newProject = (folder, name, packages, further = {}) => {
  const project = join(folder, name)
  mkdirSync(project, { recursive: true })
  const tarballs = tarballsOf(packages)
  const manifest = { name: 'consumer', version: '1.0.0', private: true, dependencies: tarballs }
  const overrides = { resolutions: tarballs, pnpm: { overrides: tarballs } }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ ...manifest, ...overrides, ...further }))
  cpSync(CONSUMER, project, { recursive: true })
  const module = readFileSync(join(CONSUMER, 'track.mjs'), 'utf8')
  const common = module.replace(/^import (.+) from ('.+')$/m, 'const $1 = require($2)')
  writeFileSync(join(project, 'track.cjs'), common)
  return project
}

const checkTracked = stdout => {
  const record = JSON.parse(stdout.trim().split('\n').at(-1))
  assert.equal(record.status, 'finished')
  assert.equal(record.epochs.length, 2)
  assert.ok(record.energy.total_kwh.value > 0, 'no energy')
  assert.deepEqual(record.warnings, [])
  // The program blocks its thread, so that only the sampler's own thread can have taken so many readings.
  assert.ok(record.methodology.samples > 5, `only ${record.methodology.samples} readings`)
}

/** Tries twice again if need be: on a busy machine the sampler's thread may start late. */
export const patiently = async attempt => {
  for (let left = 2; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 0) throw error
    }
  }
}

/** Runs a program that prints the record of what it tracked. */
export const expectTracked = (cwd, program, ...args) =>
  patiently(async () => checkTracked(await run(cwd, program, ...args)))
