import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const core = new URL('../../dist/index.js', import.meta.url).href

describe('a store below a file system that answers ENOENT to every creation', () => {
  // mkdirSync with `recursive` never returns there on Node 20; a run that was to start there hung for ever.
  it.skipIf(process.platform !== 'linux')('is refused at once (skipped elsewhere: needs /proc)', () => {
    const body = `import { startTracking } from ${JSON.stringify(core)}
      try { startTracking({ dir: '/proc/nowhere' }) } catch (error) { console.log(error.code) }`
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', body], {
      encoding: 'utf8',
      timeout: 15_000,
      killSignal: 'SIGKILL',
    })
    expect({ stdout: stdout.trim(), signal }).toEqual({ stdout: 'STORE_UNWRITABLE', signal: null })
  })
})
