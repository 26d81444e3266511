import { execFile } from 'node:child_process'
import { basename, isAbsolute, relative } from 'node:path'
import { promisify } from 'node:util'
import type { SourceTags } from './platform.js'

const headCommit = async (): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { timeout: 2000 })
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}

/** Relative to the working directory, or the bare name: a path outside would tell about the machine. */
const scriptName = (script: string): string => {
  const inside = relative(process.cwd(), script)
  return inside.startsWith('..') || isAbsolute(inside) ? basename(script) : inside
}

/** The tags by which MLflow shows the source of a run. */
export const nodeSourceTags = async (): Promise<SourceTags> => {
  const commit = await headCommit()
  return {
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.name': process.argv[1] ? scriptName(process.argv[1]) : 'node',
    ...(commit === undefined ? {} : { 'mlflow.source.git.commit': commit }),
  }
}
