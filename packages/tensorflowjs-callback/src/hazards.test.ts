import { openStore } from '@epochwatt/core'
import { describe, expect, it } from 'vitest'
import { type Outcome, runNode } from './testing/run-script.js'
import { temporaryStore } from './testing/temporary-store.js'

const store = temporaryStore()

const TINY = `
  import * as tf from '@tensorflow/tfjs'
  import { energyCallback, withEnergy } from '@epochwatt/tensorflowjs-callback'
  await tf.setBackend('cpu')
  const dir = process.env.STORE
  const tiny = () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] })
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    return model
  }
  const x = tf.ones([16, 4])
  const y = tf.ones([16, 2])
`

const run = (script: string, dir: string, flags: readonly string[] = []): Promise<Outcome> =>
  runNode(dir, [...flags, '--input-type=module', '--eval', `${TINY}\n${script}`])

describe('pitfall 1: endless recursion', () => {
  it('an instance after a plain handler does not call itself without end', async () => {
    const { code, stdout, stderr } = await run(
      `const { history } = await tiny().fit(x, y, {
         epochs: 3, verbose: 0, callbacks: [{ onEpochEnd() {} }, energyCallback({ tf, dir })],
       })
       console.log(JSON.stringify(history.energy_kwh.map(Number.isFinite)))`,
      store(),
    )
    expect(stdout, stderr).toBe('[true,true,true]\n')
    expect(code).toBe(0)
  })

  it('is what TensorFlow.js does there with a callback that inherits its hooks: this test can fail', async () => {
    const { code } = await run(
      `await tiny().fit(x, y, {
         epochs: 3, verbose: 0, callbacks: [{ onEpochEnd() {} }, new tf.CustomCallback({})],
       })`,
      store(),
      ['--max-old-space-size=60'],
    )
    expect(code).not.toBe(0)
  })
})

describe('pitfall 14: the process', () => {
  it('exits by itself after fit, without anything being stopped', async () => {
    const dir = store()
    const { code, stdout } = await run(
      `await tiny().fit(x, y, { epochs: 2, verbose: 0, callbacks: energyCallback({ dir }) })
       console.log('trained')`,
      dir,
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'trained\n' })
    expect(
      openStore(dir)
        .list()
        .records.map(({ status }) => status),
    ).toEqual(['finished'])
  })

  it.each([
    ['one that is caught', '.catch(error => console.log(error.message))', 0, 'mine\n'],
    ['one that nobody catches', '', 1, ''],
  ])(
    'exits by itself after a fit that threw, %s, and its run is closed as failed',
    async (_name, rest, code, stdout) => {
      const dir = store()
      const outcome = await run(
        `const thrower = { onEpochEnd(epoch) { if (epoch === 1) throw new Error('mine') } }
       await tiny().fit(x, y, { epochs: 3, verbose: 0, callbacks: [energyCallback({ dir }), thrower] })${rest}`,
        dir,
      )
      expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout })
      const [record] = openStore(dir).list().records
      expect(record?.status).toBe('failed')
      expect(record?.epochs.map(({ index }) => index)).toEqual([0, 1])
    },
  )

  it('writes nothing to stdout, and to stderr only when asked', async () => {
    const script = (verbose: string) =>
      `await tiny().fit(x, y, { epochs: 2, callbacks: energyCallback({ dir ${verbose} }) })`
    const [quiet, loud] = await Promise.all([run(script(''), store()), run(script(', verbose: 1'), store())])
    expect(quiet.stdout + loud.stdout).toBe('')
    expect(quiet.stderr).not.toContain('epoch')
    expect(loud.stderr).toMatch(/^epoch 1\/2 {2}loss .*│.*so far.*\nepoch 2\/2 /m)
  })
})

describe('pitfall 3: a search in which trials fail', () => {
  it('does not go on measuring a trial whose callback nobody holds any more', async () => {
    const dir = store()
    const { stdout, stderr } = await run(
      `const thrower = { onEpochEnd() { throw new Error('mine') } }
       const trial = () => tiny().fit(x, y, { epochs: 1, verbose: 0, callbacks: [energyCallback({ dir }), thrower] })
       await trial().catch(() => {})
       const { openStore } = await import('@epochwatt/core')
       let rounds = 0
       while (openStore(dir).list().records.length === 0 && rounds++ < 200) {
         gc()
         await new Promise(resolve => setTimeout(resolve, 20))
       }
       console.log(openStore(dir).list().records.map(({ status, status_reason }) => status + ': ' + status_reason).join())`,
      dir,
      ['--expose-gc'],
    )
    expect(stdout, stderr).toBe('failed: model.fit ended without reaching its end, probably by an error\n')
  })
})
