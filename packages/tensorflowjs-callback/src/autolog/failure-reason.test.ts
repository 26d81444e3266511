import { expect, it } from 'vitest'
import { failureReason } from './failure-reason.js'

it.each([
  [new TypeError('x and/or y are missing'), 'model.fit threw TypeError: x and/or y are missing'],
  [
    new Error("ENOENT: no such file, open '/home/me/key.json'"),
    "model.fit threw Error: ENOENT: no such file, open '…'",
  ],
  [new Error('at file:///srv/app/x.js:3 (C:\\Users\\me\\a.csv)'), 'model.fit threw Error: at … (…)'],
  [new Error('first line\nsecond line'), 'model.fit threw Error: first line'],
  ['a text', 'model.fit threw Error: a text'],
  [new Error('x'.repeat(500)), `model.fit threw Error: ${'x'.repeat(200)}…`],
])('%s', (error, reason) => {
  expect(failureReason(error)).toBe(reason)
})
