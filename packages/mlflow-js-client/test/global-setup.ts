import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type RunningServer, stopServer } from './mlflow-process.js'

let folder: string

/** Starts nothing: a run without MLflow tests costs a temporary folder. */
export const setup = (project: TestProject): void => {
  folder = mkdtempSync(join(tmpdir(), 'mlflow-servers-'))
  project.provide('mlflowFolder', folder)
}

export const teardown = async (): Promise<void> => {
  const servers = readdirSync(folder).filter(name => name.endsWith('.server.json'))
  await Promise.all(
    servers.map(name => stopServer(JSON.parse(readFileSync(join(folder, name), 'utf8')) as RunningServer)),
  )
  rmSync(folder, { recursive: true, force: true })
}
