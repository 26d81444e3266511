import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import { type MlflowLine, mlflowInstall } from './mlflow-install.js'
import type { TestServer } from './mlflow-server.js'

export interface EmbeddedStore extends TestServer {
  /** Holds `mlflow.db` and goes with the test file. */
  readonly folder: string
}

const ownFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-embedded-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A database without a server, which Python opens directly. */
export const embeddedStore = (line: MlflowLine = 'current', folder: string = ownFolder()): EmbeddedStore => {
  const url = `sqlite:///${join(folder, 'mlflow.db')}`
  return {
    folder,
    url,
    python: async (script, ...args) => {
      const install = await mlflowInstall(line)
      if ('reason' in install) throw new Error(install.reason)
      const { stdout } = await promisify(execFile)(install.python, ['-c', script, ...args], {
        cwd: folder,
        env: { ...process.env, MLFLOW_TRACKING_URI: url, PYTHONWARNINGS: 'ignore' },
        maxBuffer: 2 ** 26,
      })
      return JSON.parse(stdout)
    },
  }
}
