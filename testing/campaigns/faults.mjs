// What the ground under a store may do: full, read-only, gone.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/faults.mjs
//
// Full and read-only need a file system of their own: a tmpfs, which takes root.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openStore, recoverRuns } from '../../packages/core/dist/index.js'

const training = fileURLToPath(new URL('faults/training.mjs', import.meta.url))

const train = (...args) => {
  const child = spawn(process.execPath, [training, ...args.map(String)], {
    env: { ...process.env, EPOCHWATT_OFFLINE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  child.stderr.on('data', chunk => {
    complained += chunk
  })
  return new Promise(resolve => {
    child.once('close', code => resolve({ code, complained, ...(said && JSON.parse(said)) }))
  })
}

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-faults-'))
const mounted = join(folder, 'mounted')
mkdirSync(mounted)
const mount = (...options) => spawnSync('mount', [...options, mounted]).status === 0
const canMount = mount('-t', 'tmpfs', '-o', 'size=512k', 'tmpfs')

/** Longest distance between two readings of a run, seconds: what was not written leaves a hole. */
const longestHole = (store, id) => {
  const times = readFileSync(join(openStore(store).runDirectory(id), 'samples.jsonl'), 'utf8')
    .split('\n')
    .flatMap(line => {
      try {
        return JSON.parse(line).t / 1e9
      } catch {
        return []
      }
    })
    .sort((a, b) => a - b)
  return times.slice(1).reduce((most, t, index) => Math.max(most, t - times[index]), 0)
}

const full = path => {
  const { bavail, bsize } = statfsSync(mounted)
  writeFileSync(path, Buffer.alloc(bavail * bsize))
}

const diskFull = async isFreed => {
  const dir = join(mounted, isFreed ? 'freed' : 'full')
  const ballast = join(mounted, 'ballast')
  const done = train(dir, 4)
  while (openStore(dir).openRuns().length === 0) await sleep(50)
  await sleep(1000)
  full(ballast)
  await sleep(1000)
  if (isFreed) rmSync(ballast)
  const result = await done
  rmSync(ballast, { force: true })
  const { recovered } = recoverRuns(dir)
  const { id } = result
  return {
    exit: result.code,
    said: result.complained.slice(0, 200),
    status: result.status,
    recovered: recovered.length,
    durationSeconds: openStore(dir).read(id).duration_s,
    longestHoleSeconds: longestHole(dir, id),
  }
}

/** The kernel lets nobody make a file system read-only under a file that is open for writing, so this is at the start. */
const readOnly = async () => {
  mount('-o', 'remount,ro')
  const { code, complained } = await train(join(mounted, 'new'), 1)
  mount('-o', 'remount,rw')
  return { exit: code, code: /STORE_UNWRITABLE/.exec(complained)?.[0] ?? null }
}

const report = {
  diskFull: canMount ? await diskFull(true) : 'no tmpfs can be mounted here',
  diskFullAtStop: canMount ? await diskFull(false) : 'no tmpfs can be mounted here',
  readOnly: canMount ? await readOnly() : 'no tmpfs can be mounted here',
}
console.log(JSON.stringify(report, undefined, 2))
if (canMount) spawnSync('umount', [mounted])
rmSync(folder, { recursive: true, force: true })
