import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonValue, parseExtended } from '../json/extended-json.js'
import type { RecordBody } from '../record/record-body.js'
import { History } from './history.js'
import { MetricDefinitions, metricRecordOf } from './metric-definitions.js'
import { SummaryTree } from './summary-tree.js'
import { SummaryWriter } from './summary-writer.js'

const create = ({ startingStep = 0 } = {}) => {
  const bodies: RecordBody[] = []
  const warnings: string[] = []
  const write = (body: RecordBody) => void bodies.push(body)
  const definitions = new MetricDefinitions()
  const summary = new SummaryTree()
  const history = new History({
    definitions,
    summary,
    summaryWriter: new SummaryWriter(write),
    write,
    runtimeSeconds: () => 1.5,
    nowSeconds: () => 100,
    warn: message => void warnings.push(message),
    startingStep,
  })
  const rows = () =>
    bodies.flatMap(body =>
      body.case === 'history'
        ? [
            Object.fromEntries(
              body.value.item!.map(({ key, valueJson }) => [key!, parseExtended(valueJson!)]),
            ),
          ]
        : [],
    ) as { [key: string]: JsonValue }[]
  return { history, definitions, summary, bodies, warnings, rows }
}

describe('steps', () => {
  it('grow by one with each log', () => {
    const { history, rows } = create()
    history.log({ a: 1 })
    history.log({ a: 2 })
    expect(rows()).toEqual([
      { a: 1, _step: 0, _runtime: 1.5, _timestamp: 100 },
      { a: 2, _step: 1, _runtime: 1.5, _timestamp: 100 },
    ])
  })

  it('collect values logged with the same step, and write them when a later one comes', () => {
    const { history, rows } = create()
    history.log({ a: 1, deep: { x: 1 } }, { step: 5 })
    history.log({ b: 2, deep: { y: 2 } }, { step: 5 })
    expect(rows()).toEqual([])
    history.log({ c: 3 }, { step: 9 })
    expect(rows()).toMatchObject([{ a: 1, b: 2, deep: { x: 1, y: 2 }, _step: 5 }])
    history.flush()
    expect(rows()).toMatchObject([{ _step: 5 }, { c: 3, _step: 9 }])
    expect(history.step).toBe(10)
  })

  it('drop what is logged below the current one, with a warning', () => {
    const { history, rows, warnings } = create({ startingStep: 3 })
    history.log({ a: 1 }, { step: 2 })
    history.log({ a: 2 })
    expect(rows()).toMatchObject([{ a: 2, _step: 3 }])
    expect(warnings).toEqual([expect.stringMatching(/step 2 are dropped: the run is at step 3/)])
  })

  it('wait for a commit if told so, and obey one', () => {
    const { history, rows } = create()
    history.log({ a: 1 }, { commit: false })
    history.log({ b: 2 })
    history.log({ c: 3 }, { step: 4, commit: true })
    history.log({ d: 4 })
    expect(rows()).toMatchObject([
      { a: 1, b: 2, _step: 0 },
      { c: 3, _step: 4 },
      { d: 4, _step: 5 },
    ])
  })

  it('go on without a row where nothing was logged', () => {
    const { history, rows } = create()
    history.log({})
    history.log({ a: 1 })
    expect(rows()).toMatchObject([{ a: 1, _step: 1 }])
  })

  it('are the client’s alone: a logged _step is not taken, a logged _timestamp is', () => {
    const { history, rows } = create()
    history.log({ a: 1, _step: 77, _timestamp: 5 })
    expect(rows()).toMatchObject([{ _step: 0, _timestamp: 5 }])
  })

  it('never fall and never repeat, whatever is logged', () => {
    const call = fc.record({
      key: fc.constantFrom('a', 'b'),
      step: fc.option(fc.nat(12), { nil: undefined }),
      commit: fc.option(fc.boolean(), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), calls => {
        const { history, rows } = create()
        const kept = new Map<number, Set<string>>()
        for (const { key, step, commit } of calls) {
          const at = step ?? history.step
          if (at >= history.step) kept.set(at, (kept.get(at) ?? new Set()).add(key))
          history.log(
            { [key]: at },
            { ...(step === undefined ? {} : { step }), ...(commit === undefined ? {} : { commit }) },
          )
        }
        history.flush()
        const steps = rows().map(row => row._step as number)
        expect(steps).toEqual([...steps].sort((a, b) => a - b))
        // Every value that was not below its step is in the row of its step, and nothing else is.
        expect(
          new Map(rows().map(row => [row._step, new Set(['a', 'b'].filter(key => key in row))])),
        ).toEqual(kept)
      }),
    )
  })
})

describe('metric definitions', () => {
  it('add the latest x-axis to rows that lack it', () => {
    const { history, definitions, rows } = create()
    definitions.define(metricRecordOf('loss', { stepMetric: 'batch' }))
    history.log({ loss: 9 })
    history.log({ batch: 4 })
    history.log({ loss: 8 })
    history.log({ loss: 7, batch: 6 })
    history.log({ other: 1 })
    expect(rows().map(row => row.batch)).toEqual([0, 4, 4, 6, undefined])
  })

  it('reach nested values by dots, and by a name that holds the dot', () => {
    const { history, definitions, summary } = create()
    for (const name of ['deep.loss', 'flat\\.loss']) {
      const metric = definitions.define(metricRecordOf(name, { summary: 'min' }))!
      summary.configure(name === 'deep.loss' ? ['deep', 'loss'] : ['flat.loss'], metric.summary)
    }
    for (const loss of [3, 1, 2]) history.log({ deep: { loss, other: loss }, 'flat.loss': loss })
    expect(summary.toJSON()).toMatchObject({ deep: { loss: { min: 1 }, other: 2 }, 'flat.loss': { min: 1 } })
  })

  it('come from globs for every metric that begins so, but not for W&B’s own', () => {
    const { history, definitions, bodies } = create()
    definitions.define(metricRecordOf('*', { summary: 'none' }))
    history.log({ a: 1, b: { c: 2 } })
    history.log({ a: 1 })
    const names = bodies.flatMap(body => (body.case === 'metric' ? [body.value.name] : []))
    expect(names).toEqual(['a', 'b.c'])
    const summaries = bodies.flatMap(body =>
      body.case === 'summary' ? body.value.update!.map(({ key }) => key) : [],
    )
    expect(summaries).not.toContain('a')
  })

  it('add up, unless one overwrites', () => {
    const definitions = new MetricDefinitions()
    definitions.define(metricRecordOf('a', { summary: 'min', goal: 'minimize' }))
    definitions.define(metricRecordOf('a', { summary: 'max' }))
    expect(definitions.metrics.get('a')).toMatchObject({ summary: { min: true, max: true }, goal: 1 })
    definitions.define(metricRecordOf('a', { summary: 'mean', overwrite: true }))
    expect(definitions.metrics.get('a')).toMatchObject({ summary: { mean: true }, goal: 0 })
  })

  it.each([
    ['', {}, /name is ""/],
    ['a*b', {}, /name is "a\*b"/],
    ['a', { summary: 'min,median' }, /summary has "median"/],
    ['a', { goal: 'best' as never }, /goal is "best"/],
  ])('refuse %j %o', (name, options, message) => {
    expect(() => metricRecordOf(name, options)).toThrow(message)
  })
})

describe('the summary', () => {
  it('is what the values say, for any values', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(values, values => {
        const tree = new SummaryTree()
        tree.configure(['x'], { min: true, max: true, mean: true, last: true, first: true })
        for (const value of values) tree.update([['x', value, String(value)]])
        const { min, max, mean, last, first } = tree.get('x') as Record<string, number>
        expect([min, max, first, last]).toEqual([
          Math.min(...values),
          Math.max(...values),
          values[0],
          values.at(-1),
        ])
        expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 3)
      }),
    )
  })

  it('is not spoilt by a NaN', () => {
    const tree = new SummaryTree()
    tree.configure(['x'], { min: true, max: true })
    for (const value of [2, Number.NaN, 1]) tree.update([['x', value, String(value)]])
    expect(tree.get('x')).toEqual({ min: 1, max: 2 })
  })

  it('takes a value set by hand, until the metric is logged again', () => {
    const tree = new SummaryTree()
    tree.configure(['x'], { max: true })
    tree.update([['x', 1, '1']])
    tree.set('x', 'by hand')
    expect(tree.get('x')).toBe('by hand')
    tree.update([['x', 2, '2']])
    expect(tree.get('x')).toBe(2)
    tree.remove('x')
    expect(tree.toJSON()).toEqual({})
  })

  it('comes out as whole top-level keys', () => {
    const tree = new SummaryTree()
    tree.update([['a', { x: 1 }, '']])
    expect(tree.update([['a', { y: 2 }, '']])).toEqual([{ key: 'a', valueJson: '{"x":1,"y":2}' }])
  })
})
