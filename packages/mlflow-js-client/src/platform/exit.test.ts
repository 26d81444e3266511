import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bundle } from '../../test/bundle.js'
import { connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'

const mlflow = await connectToMlflow()

/** Runs a program that uses the package as `mlflow`, and kills it once it says that it is `ready`. */
const runProgram = async (source: string, env: Record<string, string>, signal?: NodeJS.Signals) => {
  const { file } = await bundle('index', 'node')
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-program-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'program.mjs')
  writeFileSync(program, `import * as mlflow from ${JSON.stringify(file)}\n${source}`)
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
    if (signal && output.includes('ready')) child.kill(signal)
  })
  const [code, killedBy] = await once(child, 'exit')
  return { code, killedBy, output }
}

describeWith('a process that ends with an open run', mlflow, ({ client, server }) => {
  const program = `
    await mlflow.startRun()
    void mlflow.logMetric('m', 1)
  `
  const environment = () => ({ MLFLOW_TRACKING_URI: server.url, MLFLOW_EXPERIMENT_NAME: uniqueName('exit') })
  const runOf = async (name: string) => {
    const experiment = await client.experiments.getByName(name)
    const runs = await client.runs.search({ experimentIds: [experiment?.experimentId ?? ''] }).all()
    return runs.map(({ info, data }) => [info.status, data.metrics])
  }

  it('because its work is done leaves it finished, with all that was logged', async () => {
    const env = environment()
    await expect(runProgram(program, env)).resolves.toMatchObject({ code: 0 })
    await expect(runOf(env.MLFLOW_EXPERIMENT_NAME)).resolves.toEqual([['FINISHED', { m: 1 }]])
  })

  it('because of a signal leaves it killed, and dies of the signal', async () => {
    const env = environment()
    const waiting = `${program}\nsetInterval(() => {}, 1000)\nconsole.log('ready')`
    await expect(runProgram(waiting, env, 'SIGTERM')).resolves.toMatchObject({ killedBy: 'SIGTERM' })
    await expect(runOf(env.MLFLOW_EXPERIMENT_NAME)).resolves.toEqual([['KILLED', { m: 1 }]])
  })

  it('on two servers at a time leaves both killed', async () => {
    const env = environment()
    const both = `
      const other = mlflow.createMlflow()
      await Promise.all([mlflow.startRun(), other.startRun()])
      setInterval(() => {}, 1000)
      console.log('ready')`
    await expect(runProgram(both, env, 'SIGINT')).resolves.toMatchObject({ killedBy: 'SIGINT' })
    const killed = ['KILLED', {}]
    await expect(runOf(env.MLFLOW_EXPERIMENT_NAME)).resolves.toEqual([killed, killed])
  })

  it('that handles the signal itself is left to do so', async () => {
    const env = environment()
    const own = `${program}
      process.on('SIGTERM', async () => { await mlflow.endRun('FAILED'); process.exit(7) })
      setInterval(() => {}, 1000)
      console.log('ready')`
    await expect(runProgram(own, env, 'SIGTERM')).resolves.toMatchObject({ code: 7 })
    await expect(runOf(env.MLFLOW_EXPERIMENT_NAME)).resolves.toMatchObject([
      [expect.stringMatching(/KILLED|FAILED/), { m: 1 }],
    ])
  })

  it('is not kept alive by a run that was ended', async () => {
    const env = environment()
    await expect(runProgram(`${program}\nawait mlflow.endRun()`, env)).resolves.toMatchObject({ code: 0 })
    await expect(runOf(env.MLFLOW_EXPERIMENT_NAME)).resolves.toEqual([['FINISHED', { m: 1 }]])
  })
})
