import { expect, it } from 'vitest'
import { growingWindows } from './growing-windows.js'
import { scriptedTracker } from './testing/scripted-tracker.js'

it('three days of steps make some hundred windows, and every step is in one', () => {
  const tracker = scriptedTracker()
  let now = 0
  const windows = growingWindows(tracker, 'steps', () => now)
  const metrics = () => ({ at: now })
  while (now < 72 * 3600e3) {
    windows.begin()
    now += 2000
    windows.end(metrics)
  }
  windows.close(metrics)
  expect(tracker.windows.length).toBeGreaterThan(300)
  expect(tracker.windows.length).toBeLessThan(800)
  expect(tracker.windows.every(({ ended, metrics: { at } }) => ended && at! > 0)).toBe(true)
})

it('nothing is open before the first step and after the close', () => {
  const tracker = scriptedTracker()
  const windows = growingWindows(tracker, 'steps')
  windows.close(() => ({}))
  expect(tracker.windows).toEqual([])
})
