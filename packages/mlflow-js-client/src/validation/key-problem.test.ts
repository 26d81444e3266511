import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeWith } from '../../test/describe-with.js'
import { mlflowServer } from '../../test/mlflow-server.js'
import { keyProblem } from './key-problem.js'

describe('a key', () => {
  it.each(['loss', 'energy/total_kwh', 'a.b-c d:e', 'µ', 'CO₂e', '0', 'a..b', 'x/..y', ' '])(
    'may be "%s"',
    key => {
      expect(keyProblem(key)).toBeUndefined()
    },
  )

  it.each([
    '',
    '.',
    '..',
    '/a',
    'a/',
    'a//b',
    './a',
    'a/./b',
    'a/../b',
    '../a',
    '//a',
    'a(b)',
    '50%',
    'a,b',
    'a\\b',
    'é'.normalize('NFD'),
    'k'.repeat(251),
  ])('may not be "%s"', key => {
    expect(keyProblem(key)).toBeTypeOf('string')
  })

  it('may have 250 characters, however many bytes or UTF-16 units they are', () => {
    expect(keyProblem('𝒳'.repeat(250))).toBeUndefined()
    expect(keyProblem('𝒳'.repeat(251))).toContain('longer than 250')
  })
})

const server = await mlflowServer()

describeWith('the rule for keys', server, server => {
  it('is the one that MLflow itself applies', async () => {
    // Mostly made of the characters that matter, so that paths and names of every kind come up.
    const unit = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('/', '.', '..', 'a', 'B', '0', '_', '-', ' ', ':') },
      // Blocks that were full long ago: Python and JavaScript need not know the same version of Unicode.
      ...(
        [
          [0x00, 0x24f],
          [0x300, 0x36f],
          [0x391, 0x3a1],
          [0x400, 0x52f],
          [0x2080, 0x208e],
          [0x2150, 0x2188],
          [0x4e00, 0x9fa5],
        ] as const
      ).map(([min, max]) => ({
        weight: 1,
        arbitrary: fc.integer({ min, max }).map(point => String.fromCodePoint(point)),
      })),
    )
    const keys = fc
      .sample(fc.array(unit, { maxLength: 8 }), 2000)
      .map(units => units.join(''))
      // Python's `$` lets a line break at the end pass.
      .filter(key => !key.endsWith('\n'))
    const script = `
import json, sys
from mlflow.exceptions import MlflowException
from mlflow.utils.validation import _validate_metric_name, _validate_length_limit, MAX_ENTITY_KEY_LENGTH
def ok(key):
    try:
        _validate_metric_name(key)
        _validate_length_limit("key", MAX_ENTITY_KEY_LENGTH, key)
        return True
    except MlflowException:
        return False
print(json.dumps([ok(key) for key in json.loads(sys.argv[1])]))`
    const verdicts = await server.python<boolean[]>(script, JSON.stringify(keys))
    const differing = keys.filter((key, index) => (keyProblem(key) === undefined) !== verdicts[index])
    expect(differing).toEqual([])
    expect(verdicts.filter(Boolean).length).toBeGreaterThan(100)
  })
})
