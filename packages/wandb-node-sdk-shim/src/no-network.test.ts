// Offline means offline: seen from below Node's network modules, in a process of its own.
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { temporaryDirectory } from './testing/fixture.js'
import { STUB_API_KEY, startStubBackend } from './testing/stub-backend.js'

const directory = temporaryDirectory()
afterAll(directory.remove)

const ENTRY = fileURLToPath(new URL('../dist/index.js', import.meta.url))

/** Every handle by which Node can reach another host, or ask for its name, passes by these hooks when it is made. */
const PROGRAM = `
import { createHook } from 'node:async_hooks'
const seen = new Set()
createHook({ init: (_id, type) => void (/TCP|UDP|TLS|ADDRINFO|QUERY|HTTP/.test(type) && seen.add(type)) }).enable()
const { Artifact, Image, init, Table } = await import(${JSON.stringify(ENTRY)})
const run = await init({ project: 'p', id: 'quiet' })
for (let i = 0; i < 100; i++) run.log({ i, odd: NaN })
run.log({ table: new Table({ columns: ['a'], data: [[1]] }), image: new Image({ data: new Uint8Array(3), width: 1, height: 1 }) })
run.config.update({ later: 1 })
run.summary.set('best', 1)
run.logSystem({ 'cpu.powerWatts': 1 })
run.alert({ title: 't', text: 't' })
const artifact = new Artifact('a', 'b')
artifact.addBuffer('x', 'y')
artifact.addReference('https://example.invalid/x')
await run.logArtifact(artifact)
await artifact.wait()
await new Promise(resolve => setTimeout(resolve, 200))
await run.finish()
console.log(JSON.stringify([...seen].sort()))
`

const handlesOf = (env: Record<string, string>): Promise<string[]> => {
  const dir = mkdtempSync(join(directory.path, 'run-'))
  writeFileSync(join(dir, 'program.mjs'), PROGRAM)
  const own = { PATH: process.env.PATH, HOME: dir, WANDB_SILENT: 'true', ...env }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['program.mjs'], { cwd: dir, env: own }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(JSON.parse(stdout) as string[]),
    )
  })
}

it('an offline run makes no handle of the network at all', async () => {
  expect(await handlesOf({ WANDB_MODE: 'offline', WANDB_BASE_URL: 'https://example.invalid' })).toEqual([])
  expect(await handlesOf({ WANDB_MODE: 'disabled' })).toEqual([])
})

it('and an online one is seen to make them', async () => {
  const stub = await startStubBackend()
  const seen = await handlesOf({ WANDB_BASE_URL: stub.url, WANDB_API_KEY: STUB_API_KEY })
  expect(seen).toContain('TCPWRAP')
  await stub.close()
})
