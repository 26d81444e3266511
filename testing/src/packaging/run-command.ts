import { spawn } from 'node:child_process'

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * The user's environment without what the package manager that runs these tests, and vitest, put into it: the former
 * says which project is being worked on, and an npm started in another folder would believe it. Configuration
 * (registry, cache, certificates) passes through.
 */
const userEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_(lifecycle|package)_|npm_config_(local_prefix|package|call|json|recursive|workspaces?)$|EPOCHWATT_|VITEST|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$)/i.test(
          name,
        ),
    ),
  )

/** Runs a program to its end. Never rejects for an exit code: what a program answers is for the test to judge. */
export const runCommand = (
  program: string,
  args: readonly string[],
  { cwd, timeoutMs = 120_000 }: { readonly cwd: string; readonly timeoutMs?: number },
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: userEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', code => resolve({ code, stdout, stderr }))
  })

/** The same for steps without which a test makes no sense. */
export const runOrThrow = async (...call: Parameters<typeof runCommand>): Promise<string> => {
  const { code, stdout, stderr } = await runCommand(...call)
  if (code === 0) return stdout
  throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${code}\n${stdout}\n${stderr}`)
}
