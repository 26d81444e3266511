import { afterEach, describe, expect, it, vi } from 'vitest'
import { configYaml } from './config-yaml.js'
import { eachLimited } from './each-limited.js'
import { FileStream, type FileStreamOptions } from './file-stream.js'
import { JsonTree, lineOf } from './json-tree.js'

interface Sent {
  files?: Record<string, { offset: number; content: string[] }>
  uploaded?: string[]
  complete?: boolean
  exitcode?: number
}

const abort = new AbortController()
afterEach(() => vi.useRealTimers())

const create = (options: Partial<FileStreamOptions> = {}) => {
  const sent: Sent[] = []
  const warnings: string[] = []
  const stream = new FileStream({
    post: async body => {
      sent.push(JSON.parse(body) as Sent)
      return { headers: new Headers(), body: {} }
    },
    intervalSeconds: 15,
    offsets: { history: 0, events: 0 },
    summary: () => '{"a":1}',
    onStop: () => {},
    warn: message => void warnings.push(message),
    signal: abort.signal,
    ...options,
  })
  return { stream, sent, warnings }
}

const history = (stream: FileStream, line: string) =>
  stream.push({ file: 'wandb-history.jsonl', line, position: undefined })
const events = (stream: FileStream, line: string) =>
  stream.push({ file: 'wandb-events.jsonl', line, position: undefined })

describe('the file stream', () => {
  it('sends the first rows at once, those after it together, and the end without waiting', async () => {
    vi.useFakeTimers()
    const { stream, sent } = create()
    history(stream, '1')
    await vi.advanceTimersByTimeAsync(1)
    for (const line of ['2', '3', '4']) history(stream, line)
    events(stream, 'e')
    stream.summaryChanged()
    await vi.advanceTimersByTimeAsync(14_000)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent).toEqual([
      { files: { 'wandb-history.jsonl': { offset: 0, content: ['1'] } } },
      {
        files: {
          'wandb-history.jsonl': { offset: 1, content: ['2', '3', '4'] },
          'wandb-events.jsonl': { offset: 0, content: ['e'] },
          'wandb-summary.json': { offset: 0, content: ['{"a":1}'] },
        },
      },
    ])
    history(stream, '5')
    stream.fileUploaded('f')
    await stream.finish(3)
    expect(sent.at(-1)).toEqual({
      files: { 'wandb-history.jsonl': { offset: 4, content: ['5'] } },
      uploaded: ['f'],
      complete: true,
      exitcode: 3,
    })
  })

  it('gives a sign of life after 30 s of silence, and again', async () => {
    vi.useFakeTimers()
    const { stream, sent } = create()
    await vi.advanceTimersByTimeAsync(29_000)
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(32_000)
    expect(sent).toEqual([{}, {}])
    await stream.finish(0)
    await vi.advanceTimersByTimeAsync(100_000)
    expect(sent).toHaveLength(3)
  })

  it('goes on from the offsets of a resumed run', async () => {
    const { stream, sent } = create({ offsets: { history: 7, events: 2 } })
    history(stream, 'h')
    events(stream, 'e')
    await stream.finish(0)
    expect(sent[0]!.files).toMatchObject({
      'wandb-history.jsonl': { offset: 7 },
      'wandb-events.jsonl': { offset: 2 },
    })
  })

  it('splits what is too large for one request, and completes with the last part', async () => {
    const { stream, sent } = create()
    const line = JSON.stringify({ x: 'y'.repeat(4 * 2 ** 20) })
    for (let row = 0; row < 5; row++) history(stream, line)
    await stream.finish(0)
    expect(sent.map(({ files }) => files!['wandb-history.jsonl']?.offset)).toEqual([0, 2, 4])
    expect(sent.map(({ complete }) => complete)).toEqual([undefined, undefined, true])
  })

  it('leaves out a row that the server would refuse, and says so', async () => {
    const { stream, sent, warnings } = create()
    history(stream, JSON.stringify('x'.repeat(11 * 2 ** 20)))
    history(stream, '2')
    await stream.finish(0)
    expect(sent[0]!.files!['wandb-history.jsonl']).toEqual({ offset: 0, content: ['2'] })
    expect(warnings).toEqual([expect.stringMatching(/row of \d+ bytes is not uploaded/)])
  })

  it('ends with the error that ended it', async () => {
    const { stream, warnings } = create({ post: () => Promise.reject(new Error('HTTP 404')) })
    history(stream, '1')
    await expect(stream.finish(0)).rejects.toThrow('HTTP 404')
    expect(warnings).toEqual([expect.stringMatching(/Uploading rows has ended: HTTP 404/)])
  })
})

describe('rows from records', () => {
  it('keep the text of values and put nested keys together', () => {
    const items = [
      { key: 'a', valueJson: 'NaN' },
      { nestedKey: ['d', 'x'], valueJson: '1.50' },
      { nestedKey: ['d', 'y'], valueJson: '{"z":2}' },
      { nestedKey: ['single'], valueJson: 'true' },
    ]
    expect(lineOf(items)).toBe('{"a":NaN,"d":{"x":1.50,"y":{"z":2}},"single":true}')
  })

  it('can be removed, at any depth', () => {
    const tree = new JsonTree()
    tree.set({ nestedKey: ['a', 'b'], valueJson: '1' })
    tree.set({ nestedKey: ['a', 'c'], valueJson: '2' })
    tree.remove({ nestedKey: ['a', 'b'] })
    tree.remove({ nestedKey: ['no', 'such'] })
    expect(tree.toString()).toBe('{"a":{"c":2}}')
  })
})

describe('config.yaml', () => {
  it('is YAML, with the numbers that JSON lacks in YAML’s spelling', () => {
    const config: [string, string][] = [
      ['lr', '{"value":0.1}'],
      ['yes', '{"value":{"a":[NaN,-Infinity,"NaN"]}}'],
      ['with space', '{"value":null}'],
    ]
    expect(configYaml(config)).toBe(
      'lr:\n    value: 0.1\n"yes":\n    value: {"a":[.nan,-.inf,"NaN"]}\n"with space":\n    value: null\n',
    )
  })
})

describe('limited concurrency', () => {
  it('does everything, never more than the limit at a time, and stops at an error', async () => {
    let active = 0
    let most = 0
    const done: number[] = []
    const work = async (item: number) => {
      most = Math.max(most, ++active)
      await new Promise(resolve => setTimeout(resolve, 1))
      active--
      if (item === 99) throw new Error('ninety-nine')
      done.push(item)
    }
    await eachLimited([1, 2, 3, 4, 5, 6, 7], 3, work)
    expect({ most, done: [...done].sort() }).toEqual({ most: 3, done: [1, 2, 3, 4, 5, 6, 7] })
    done.length = 0
    await expect(eachLimited([99, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow('ninety-nine')
    expect(done.length).toBeLessThan(5)
    expect(active).toBe(0)
  })
})
