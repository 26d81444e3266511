import { describe, expect, it } from 'vitest'
import { BUSY_THREADS, openPageUsage, type PageActivity } from './page-usage.js'

/** A page whose clock, visibility and long tasks the test owns. */
const scriptedPage = (tasksAreReported: boolean) => {
  let now = 0
  let hidden = false
  let tasks = 0
  const activity: PageActivity = {
    now: () => now,
    isHidden: () => hidden,
    longTaskSeconds: () => {
      const seconds = tasks
      tasks = 0
      return tasksAreReported ? seconds : undefined
    },
  }
  const usage = openPageUsage(activity, 8, 1000)
  return {
    usage,
    pass: (seconds: number, { inTasks = 0 } = {}) => {
      now += seconds * 1000
      tasks += inTasks
      return usage.read()
    },
    hide: (isHidden: boolean) => {
      hidden = isHidden
      usage.read()
    },
  }
}

describe('processor time of a page', () => {
  it('is a little more than one thread while it works', () => {
    const { usage, pass } = scriptedPage(false)
    usage.setWorking(true)
    const { busySeconds, capacitySeconds, treeSeconds } = pass(10)
    expect(busySeconds).toBeCloseTo(10 * BUSY_THREADS, 9)
    expect(capacitySeconds).toBeCloseTo(80, 9)
    expect(treeSeconds).toBe(busySeconds)
  })

  it('is that of its long tasks while nothing is under way', () => {
    const { pass } = scriptedPage(true)
    expect(pass(10, { inTasks: 3 }).busySeconds).toBeCloseTo(3 * BUSY_THREADS, 9)
    expect(pass(10).busySeconds).toBeCloseTo(3 * BUSY_THREADS, 9)
  })

  it('is what its timer is late by, where long tasks are not reported', () => {
    const { pass } = scriptedPage(false)
    expect(pass(1).busySeconds).toBe(0)
    expect(pass(3).busySeconds).toBeCloseTo(2 * BUSY_THREADS, 9)
  })

  it('of a hidden page that is throttled counts nothing but what it did', () => {
    const { usage, pass, hide } = scriptedPage(true)
    usage.setWorking(true)
    pass(1)
    hide(true)
    const { busySeconds } = pass(60, { inTasks: 2 })
    expect(busySeconds).toBeCloseTo(3 * BUSY_THREADS, 9)
    expect([usage.hiddenSeconds(), usage.darkSeconds()]).toEqual([60, 0])
  })

  it('of a hidden page that tells nothing is unknown: neither busy nor idle time', () => {
    const { usage, pass, hide } = scriptedPage(false)
    usage.setWorking(true)
    pass(1)
    hide(true)
    const before = usage.read()
    expect(pass(60)).toEqual(before)
    expect([usage.hiddenSeconds(), usage.darkSeconds()]).toEqual([60, 60])
    hide(false)
    expect(pass(1).busySeconds).toBeCloseTo(2 * BUSY_THREADS, 9)
  })

  it('never exceeds the threads there are', () => {
    const usage = openPageUsage(
      { now: () => 0, isHidden: () => false, longTaskSeconds: () => undefined },
      1,
      1000,
    )
    usage.setWorking(true)
    const { busySeconds, capacitySeconds } = usage.read()
    expect(busySeconds).toBeLessThanOrEqual(capacitySeconds)
  })
})
