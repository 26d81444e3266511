import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface Outcome {
  /** undefined when the process had to be killed. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs Node.js as a user would, on the built package, with little memory and little time; runs go to `dir`. */
export const runNode = (dir: string, args: readonly string[], timeout = 20_000): Promise<Outcome> =>
  new Promise(resolve => {
    execFile(
      process.execPath,
      ['--max-old-space-size=300', ...args],
      {
        cwd: packageFolder,
        timeout,
        killSignal: 'SIGKILL',
        env: { ...process.env, STORE: dir, EPOCHWATT_DIR: dir },
      },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : undefined) : 0
        resolve({ code, stdout, stderr })
      },
    )
  })
