import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openStore } from '@epochwatt/core'
import { afterAll, describe, expect, it } from 'vitest'
import { runNode } from './testing/run-script.js'
import { temporaryStore } from './testing/temporary-store.js'

const folder = fileURLToPath(new URL('../../../node_modules/.cache/tfjs-node/', import.meta.url))
const isInstalled = existsSync(
  join(folder, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node'),
)
const reason = isInstalled
  ? ''
  : ' (skipped: its native library is not installed; node tools/install-tfjs-node.mjs does that, 207 MB)'

const store = temporaryStore()
const board = mkdtempSync(join(tmpdir(), 'epochwatt-tensorboard-'))
afterAll(() => rmSync(board, { recursive: true, force: true }))

const TRAIN = `
  import { createRequire } from 'node:module'
  import util from 'node:util'
  import { energyCallback } from '@epochwatt/tensorflowjs-callback'
  // Node 23 has dropped what tfjs-node 4.22 still asks for.
  util.isNullOrUndefined ??= value => value === null || value === undefined
  const tf = createRequire(${JSON.stringify(folder)})('@tensorflow/tfjs-node')
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ inputShape: [14, 14, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 2, activation: 'softmax' }),
  ] })
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  const x = tf.randomNormal([64, 14, 14, 1])
  const y = tf.oneHot(tf.range(0, 64, 1, 'int32').mod(tf.scalar(2, 'int32')), 2)
`

describe.skipIf(!isInstalled)(`with @tensorflow/tfjs-node${reason}`, { timeout: 90_000 }, () => {
  it('measures beside early stopping and TensorBoard, which shows the figures too', async () => {
    const dir = store()
    const script = `${TRAIN}
      const { history } = await model.fit(x, y, { epochs: 3, batchSize: 16, verbose: 0, callbacks: [
        energyCallback({ tf }),
        tf.callbacks.earlyStopping({ monitor: 'carbon_g', patience: 9 }),
        tf.node.tensorBoard(${JSON.stringify(board)}),
      ] })
      console.log(JSON.stringify(history.energy_kwh))`
    const { code, stdout, stderr } = await runNode(dir, ['--input-type=module', '--eval', script], 60_000)
    expect(code, stderr).toBe(0)
    const energies = JSON.parse(stdout) as number[]
    expect(energies).toHaveLength(3)
    expect(energies.every(kwh => kwh > 0)).toBe(true)
    const { records } = openStore(dir).list()
    expect(records).toMatchObject([
      { status: 'finished', params: { backend: 'tensorflow', optimizer_name: 'Adam' } },
    ])
    const files = readdirSync(board, { recursive: true }).map(String)
    expect(files.some(file => file.includes('events.out.tfevents'))).toBe(true)
  })

  it('logs a script that knows nothing of it, by --import', async () => {
    const dir = store()
    const script = `${TRAIN.replace(/^.*energyCallback.*$/m, '')}
      await model.fit(x, y, { epochs: 2, batchSize: 16, verbose: 0 })`
    const preload = ['--import', '@epochwatt/tensorflowjs-callback/autolog']
    const { code, stderr } = await runNode(dir, [...preload, '--input-type=module', '--eval', script], 60_000)
    expect(code, stderr).toBe(0)
    const { records } = openStore(dir).list()
    expect(records).toMatchObject([
      { status: 'finished', params: { backend: 'tensorflow', x_shape: '[64,14,14,1]' } },
    ])
    expect(records[0]!.epochs).toHaveLength(2)
  })
})
