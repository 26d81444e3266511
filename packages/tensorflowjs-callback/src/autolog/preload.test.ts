import { openStore, type RunRecord } from '@epochwatt/core'
import { describe, expect, it } from 'vitest'
import { runNode } from '../testing/run-script.js'
import { temporaryStore } from '../testing/temporary-store.js'

const store = temporaryStore()

const PRELOAD = '@epochwatt/tensorflowjs-callback/autolog'

/** A script that knows nothing of epochwatt. */
const train = (rest = '') => `
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] })
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  const x = tf.ones([16, 4]), y = tf.ones([16, 2])
  const main = async () => { await tf.ready(); ${rest || 'await model.fit(x, y, { epochs: 2, verbose: 0 })'} }
  main()`

const run = async (type: 'module' | 'commonjs', script: string) => {
  const dir = store()
  const outcome = await runNode(dir, ['--import', PRELOAD, `--input-type=${type}`, '--eval', script])
  return { ...outcome, runs: openStore(dir).list().records as readonly RunRecord[] }
}

const IMPORT = "import * as tf from '@tensorflow/tfjs';"
const REQUIRE = "const tf = require('@tensorflow/tfjs');"

describe('node --import …/autolog', () => {
  it.each([
    ['an ES module', 'module', IMPORT],
    ['a CommonJS script', 'commonjs', REQUIRE],
    ['a copy under another name', 'module', "const tf = await import('tfjs-other-version');"],
  ] as const)('logs %s', async (_name, type, head) => {
    const { code, stderr, runs } = await run(type, head + train())
    expect(code, stderr).toBe(0)
    expect(runs.map(({ status, epochs }) => [status, epochs.length])).toEqual([['finished', 2]])
    expect(runs[0]?.params).toMatchObject({ optimizer_name: 'SGD', x_shape: '[16,4]', backend: 'cpu' })
  })

  it('closes a training that throws as failed, and the process ends as it would', async () => {
    const { code, stderr, runs } = await run(
      'module',
      IMPORT +
        train(
          "await model.fit(x, y, { epochs: 2, verbose: 0, callbacks: { onEpochEnd() { throw new Error('mine') } } })",
        ),
    )
    expect(code).toBe(1)
    expect(stderr).toContain('Error: mine')
    expect(runs).toMatchObject([{ status: 'failed', status_reason: 'model.fit threw Error: mine' }])
  })

  it.each([
    ['by itself', ''],
    ['by process.exit()', 'process.exit()'],
  ])('finishes the run of trainOnBatch when the process ends %s', async (_name, ending) => {
    const { code, stderr, runs } = await run(
      'module',
      IMPORT + train(`for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y); ${ending}`),
    )
    expect(code, stderr).toBe(0)
    expect(runs).toMatchObject([{ status: 'finished', metrics: { steps: 5 } }])
  })

  it('leaves a script without TensorFlow.js alone', async () => {
    const { code, stdout, stderr, runs } = await run('commonjs', "console.log(require('node:path').sep)")
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '/\n', stderr: '' })
    expect(runs).toEqual([])
  })

  it('gives way to autolog() in the script', async () => {
    const { stderr, runs } = await run(
      'module',
      `${IMPORT} import { autolog } from '@epochwatt/tensorflowjs-callback'; autolog(tf, { name: 'mine' });${train()}`,
    )
    expect(
      runs.map(({ name }) => name),
      stderr,
    ).toEqual(['mine'])
  })

  it('says at once what is wrong with a variable', async () => {
    const dir = store()
    process.env.EPOCHWATT_PUE = '0.5'
    const { code, stderr } = await runNode(dir, ['--import', PRELOAD, '--eval', '0']).finally(() => {
      delete process.env.EPOCHWATT_PUE
    })
    expect(code).toBe(1)
    expect(stderr).toContain('EPOCHWATT_PUE')
  })
})
