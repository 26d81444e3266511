import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openFile } from './open-file.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epochwatt-open-'))
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

// The stand-in is a shell script, which Windows cannot run.
describe.skipIf(process.platform === 'win32')('openFile', () => {
  it.each([
    ['linux', 'xdg-open'],
    ['darwin', 'open'],
  ] as const)('hands the file to the opener of %s, as a URL', async (platform, opener) => {
    const said = join(folder, 'said')
    writeFileSync(
      join(folder, opener),
      `#!/bin/sh\nprintf '%s' "$1" > '${said}.part'\n/bin/mv '${said}.part' '${said}'\n`,
    )
    chmodSync(join(folder, opener), 0o755)
    vi.stubEnv('PATH', folder)
    expect(await openFile('/tmp/a report.html', platform)).toBeUndefined()
    await vi.waitUntil(() => existsSync(said), { timeout: 10_000 })
    expect(readFileSync(said, 'utf8')).toBe(pathToFileURL('/tmp/a report.html').href)
  })

  it('says what is missing where nothing can open it', async () => {
    vi.stubEnv('PATH', folder)
    expect(await openFile('/tmp/report.html', 'linux')).toBe('xdg-open is not installed')
  })
})
