import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

/** Logs rows until it is killed, and now and then something else. */
const PROGRAM = `
import { Artifact, init } from ${JSON.stringify(ENTRY)}
const run = await init({ project: 'p', entity: 'stub', config: { lr: 0.1 } })
run.defineMetric('i', { summary: 'max' })
const artifact = new Artifact('before', 'dataset')
artifact.addBuffer('a.txt', 'content')
await run.logArtifact(artifact)
for (let i = 0; ; i++) {
  run.log({ i, text: 'x'.repeat(i % 900) })
  if (i % 50 === 0) {
    run.logSystem({ 'cpu.powerWatts': i })
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}
`

export interface KilledRunOptions {
  readonly dir: string
  readonly id: string
  /** Variables for the process: its server, say. */
  readonly env: Readonly<Record<string, string>>
  /** The kill waits for this too. */
  readonly until?: () => boolean
}

/** A run of a real process that SIGKILL ended in the middle of its rows; answers its directory. */
export const killedRun = async ({ dir, id, env, until = () => true }: KilledRunOptions): Promise<string> => {
  const folder = mkdtempSync(join(dir, 'killed-'))
  const program = join(folder, 'program.mjs')
  writeFileSync(program, PROGRAM)
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    stdio: 'inherit',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      WANDB_RUN_ID: id,
      WANDB_SILENT: 'true',
      WANDB_DISABLE_GIT: 'true',
      ...env,
    },
  })
  const ended = once(child, 'exit')
  const runs = join(folder, 'wandb')
  const directory = () => {
    const name = existsSync(runs) && readdirSync(runs).find(entry => entry.endsWith(`-${id}`))
    return name ? join(runs, name) : undefined
  }
  const bytes = () => {
    const found = directory()
    return found ? (statSync(join(found, `run-${id}.wandb`), { throwIfNoEntry: false })?.size ?? 0) : 0
  }
  while (child.exitCode === null && !(bytes() > 200_000 && until())) await sleep(5)
  child.kill('SIGKILL')
  await ended
  return directory() ?? folder
}
