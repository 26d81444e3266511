import { execFile, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import type { Skipped } from './describe-with.js'
import { mlflowInstall } from './mlflow-install.js'
import { freePort, stopServer } from './mlflow-process.js'

export interface ObjectStore {
  /** An empty bucket. */
  readonly bucket: string
  /** For a process that is to use the store. */
  readonly env: Readonly<Record<string, string>>
}

const answers = async (url: string): Promise<boolean> => {
  try {
    await fetch(url)
    return true
  } catch {
    return false
  }
}

/** An S3 of its own on loopback (moto), for as long as the test file runs. */
export const objectStore = async (): Promise<ObjectStore | Skipped> => {
  const install = await mlflowInstall('current')
  if ('reason' in install) return { skipped: install.reason }
  try {
    await promisify(execFile)(install.python, ['-c', 'import boto3, moto.server'])
  } catch {
    return { skipped: `boto3 and moto[server] are not installed beside ${install.executable}` }
  }
  const port = String(await freePort())
  const script = `from moto.server import main; main(['-H', '127.0.0.1', '-p', '${port}'])`
  const child = spawn(install.python, ['-c', script], { detached: true, stdio: 'ignore' })
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error(`${install.python} could not be started`)
  const url = `http://127.0.0.1:${port}`
  afterAll(() => stopServer({ url, pid }))
  for (let waited = 0; !(await answers(url)); waited += 100) {
    if (waited > 30_000) throw new Error('moto did not come up')
    await pause(100)
  }
  const bucket = 'artifacts'
  await fetch(`${url}/${bucket}`, { method: 'PUT' })
  return {
    bucket,
    env: {
      MLFLOW_S3_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
    },
  }
}
