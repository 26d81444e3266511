import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { init, login } from './index.js'
import { stubSettings, temporaryDirectory } from './testing/fixture.js'
import { STUB_API_KEY, type StubBackend, startStubBackend } from './testing/stub-backend.js'

const directory = temporaryDirectory()
afterAll(directory.remove)

let stub: StubBackend
let netrc: string
beforeEach(async () => {
  stub = await startStubBackend()
  const home = mkdtempSync(join(directory.path, 'home-'))
  netrc = join(home, 'netrc')
  for (const name of Object.keys(process.env)) if (name.startsWith('WANDB_')) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', home)
  vi.stubEnv('NETRC', netrc)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await stub.close()
})

const WRONG_KEY = 'wrong000'.repeat(5)

describe('login', () => {
  it('keeps a key that the server takes, beside those of others, and init finds it', async () => {
    const { host } = new URL(stub.url)
    const others = '# mine\nmachine example.invalid login me password secret\n'
    writeFileSync(netrc, `${others}machine ${host}\n  login user\n  password old\n`)
    expect(await login({ key: STUB_API_KEY, host: stub.url })).toBe(true)
    expect(readFileSync(netrc, 'utf8')).toBe(
      `${others}machine ${host}\n  login user\n  password ${STUB_API_KEY}\n`,
    )
    expect(statSync(netrc).mode & 0o777).toBe(0o600)
    const { apiKey: _, ...settings } = stubSettings(stub)
    const run = await init({ project: 'p', dir: directory.path, settings })
    expect(await run.finish()).toMatchObject({ uploaded: true })
    expect(await login({ host: stub.url })).toBe(true)
  })

  it('keeps no key that the server refuses, unless it is not asked', async () => {
    await expect(login({ key: WRONG_KEY, host: stub.url })).rejects.toMatchObject({ code: 'AUTHENTICATION' })
    expect(() => readFileSync(netrc)).toThrow(/ENOENT/)
    expect(await login({ key: WRONG_KEY, host: stub.url, verify: false })).toBe(true)
    expect(readFileSync(netrc, 'utf8')).toContain(WRONG_KEY)
  })

  it('answers false where there is no key, and asks nobody', async () => {
    expect(await login({ host: stub.url })).toBe(false)
    expect(stub.requests).toEqual([])
  })

  it('names a key that cannot be one, without repeating it', async () => {
    const error = await login({ key: 'too-short', host: stub.url }).catch((reason: Error) => reason)
    expect(error).toMatchObject({ code: 'AUTHENTICATION' })
    expect(String(error)).not.toContain('too-short')
  })

  it('says where a key could not be kept', async () => {
    vi.stubEnv('NETRC', join(directory.path, 'no', 'such', 'folder', 'netrc'))
    await expect(login({ key: STUB_API_KEY, host: stub.url })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/cannot be kept in .*netrc/),
    })
  })
})
