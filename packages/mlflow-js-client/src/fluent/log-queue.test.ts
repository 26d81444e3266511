import { describe, expect, it } from 'vitest'
import type { BatchItem } from '../batch/item.js'
import type { Rejection } from '../batch/rejection.js'
import { MlflowError } from '../errors/mlflow-error.js'
import { createLogQueue } from './log-queue.js'

const item = (step: number): BatchItem => ({
  kind: 'metric',
  wire: { key: 'm', value: 1, timestamp: 1, step },
})

/** A sender whose requests end when the test says so. */
const slowSender = () => {
  const requests: {
    items: readonly BatchItem[]
    end: (rejections?: readonly Rejection[]) => void
    fail: (error: Error) => void
  }[] = []
  const send = (items: readonly BatchItem[]) =>
    new Promise<readonly Rejection[]>((resolve, reject) => {
      requests.push({ items, end: (rejections = []) => resolve(rejections), fail: reject })
    })
  return { send, requests }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('a queue of things to log', () => {
  it('sends together what is logged in one go, and what comes up while a request is under way', async () => {
    const { send, requests } = slowSender()
    const queue = createLogQueue(send)
    const logged = [1, 2, 3].map(step => queue.add([item(step)]))
    await turn()
    logged.push(...[4, 5].map(step => queue.add([item(step)])))
    await turn()
    expect(requests.map(({ items }) => items.length)).toEqual([3])
    requests[0]?.end()
    await turn()
    expect(requests.map(({ items }) => items.map(({ wire }) => 'step' in wire && wire.step))).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
    requests[1]?.end()
    await Promise.all([...logged, queue.idle()])
  })

  it('tells each caller what became of its own items', async () => {
    const { send, requests } = slowSender()
    const queue = createLogQueue(send)
    const [bad, alsoBad] = [item(2), item(3)]
    const good = queue.add([item(1)])
    const single = queue.add([bad])
    const several = queue.add([item(4), alsoBad])
    await turn()
    const error = new MlflowError('INVALID_PARAMETER_VALUE', 'no')
    requests[0]?.end([bad, alsoBad].map(one => ({ item: one, error })))
    await good
    await expect(single).rejects.toBe(error)
    await expect(several).rejects.toMatchObject({
      errorCode: 'ITEMS_REJECTED',
      rejected: [{ key: 'm', step: 3 }],
    })
  })

  it('goes on after a failure, of which all its callers hear', async () => {
    const { send, requests } = slowSender()
    const queue = createLogQueue(send)
    const first = queue.add([item(1)])
    await turn()
    const second = queue.add([item(2)])
    requests[0]?.fail(new Error('down'))
    await expect(first).rejects.toThrow('down')
    await turn()
    requests[1]?.end()
    await second
  })

  it('does not fill the memory while the server is away', async () => {
    const { send } = slowSender()
    const queue = createLogQueue(send)
    const many = Array.from({ length: 100_000 }, (_, step) => item(step))
    void queue.add(many)
    await expect(queue.add([item(0)])).rejects.toMatchObject({ errorCode: 'QUEUE_FULL' })
  })
})
