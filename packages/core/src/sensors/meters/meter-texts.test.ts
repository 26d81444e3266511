import { describe, expect, it } from 'vitest'
import { digestAuthorisation } from './digest-auth.js'
import { numberAt, parseJsonPath, valueAt } from './json-path.js'
import { selectSamples } from './prometheus-text.js'

describe('a JSON path', () => {
  it.each([
    ['power', ['power']],
    ['a.b.0.c', ['a', 'b', '0', 'c']],
    ['a[2].b', ['a', '2', 'b']],
    ['$.meters[0]["switch:0"].apower', ['meters', '0', 'switch:0', 'apower']],
    ['switch:0.apower', ['switch:0', 'apower']],
  ])('%s is keys and places', (path, keys) => {
    expect(parseJsonPath(path)).toEqual(keys)
  })

  it.each(['', 'a..b', 'a[b]', 'a[', '[]'])('"%s" is none', path => {
    expect(parseJsonPath(path)).toBeUndefined()
  })

  it('finds what is there, numbers written as text too, and nothing else', () => {
    const document = { list: [{ watts: '12.5' }], none: null, on: true, empty: ' ' }
    expect(numberAt(document, ['list', '0', 'watts'])).toBe(12.5)
    expect(valueAt(document, ['none', 'x'])).toBeUndefined()
    expect(valueAt(document, ['constructor'])).toBeUndefined()
    expect([['on'], ['none'], ['empty'], ['list']].map(keys => numberAt(document, keys))).toEqual(
      Array.from({ length: 4 }, () => Number.NaN),
    )
  })
})

describe('a page of metrics', () => {
  const page = [
    '# HELP node_joules_total Energy, with a "quoted" word',
    '# TYPE node_joules_total counter',
    'node_joules_total{zone="package-0",path="/sys/a"} 1.5e3',
    'node_joules_total{zone="package-1",path="/sys/\\"b\\""} 500 1690000000000',
    'node_joules_total{zone="dram"} 10',
    'node_joules_total{zone="core"} 900',
    'node_joules_total_created{zone="dram"} 1.7e9',
    'plain_watts 42',
    'broken_watts NaN',
  ].join('\n')

  it('adds the samples whose labels match, and no others', () => {
    const labels = { zone: /^(?:(package|dram)(-\d+)?)$/ }
    expect(selectSamples(page, { metric: 'node_joules_total', labels })).toEqual({ sum: 2010, count: 3 })
    expect(selectSamples(page, { metric: 'node_joules_total', labels: { path: '/sys/"b"' } }).sum).toBe(500)
    expect(selectSamples(page, { metric: 'plain_watts' })).toEqual({ sum: 42, count: 1 })
  })

  it('has none of a metric that is only the beginning of another, or has other labels', () => {
    expect(selectSamples(page, { metric: 'node_joules' }).count).toBe(0)
    expect(selectSamples(page, { metric: 'plain_watts', labels: { zone: 'dram' } }).count).toBe(0)
  })

  it('gives NaN, never a sum of the rest, where a sample is no number', () => {
    expect(selectSamples(page, { metric: 'broken_watts' })).toEqual({ sum: Number.NaN, count: 1 })
  })
})

describe('the answer to a Digest challenge', () => {
  it("is that of the RFC's example", () => {
    // RFC 7616, 3.9.1, SHA-256.
    const header = digestAuthorisation({
      challenge:
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, ' +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
      username: 'Mufasa',
      password: 'Circle of Life',
      path: '/dir/index.html',
      clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    })
    expect(header).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"')
  })

  it('is none to challenges of another kind', () => {
    const login = { username: 'a', password: 'b', path: '/' }
    expect(digestAuthorisation({ ...login, challenge: 'Basic realm="x"' })).toBeUndefined()
    expect(
      digestAuthorisation({ ...login, challenge: 'Digest realm="x", nonce="y", algorithm=SHA-512-256' }),
    ).toBeUndefined()
  })
})
