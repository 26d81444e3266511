import { describe, expect, it, vi } from 'vitest'
import { type Budget, type BudgetState, checkBudget, watchBudget } from './budget.js'
import type { Forecast } from './forecast.js'
import { figuresOf } from './testing/scripted-tracker.js'

const effects = () => {
  const warned: string[] = []
  const stop = vi.fn((_reason: string) => true)
  return { warned, stop, warn: (code: string, message: string) => void warned.push(`${code}: ${message}`) }
}

const predicted = (kwh: number): Forecast => ({
  ...figuresOf(kwh),
  seconds: { value: 10, low: 10, high: 10 },
})

describe('watchBudget', () => {
  it('warns once when a limit is reached, and does not stop unless told to', () => {
    const seen = effects()
    const watch = watchBudget({ kWh: 2 }, seen)
    watch(figuresOf(1.9))
    expect(seen.warned).toEqual([])
    watch(figuresOf(2))
    watch(figuresOf(3))
    expect(seen.warned).toEqual(['BUDGET_REACHED: the budget of 2 kWh is reached with 2 kWh'])
    expect(seen.stop).not.toHaveBeenCalled()
  })

  it.each<[Budget, number, number]>([
    [{ gCO2e: 150, action: 'stop' }, 1.4, 1.6],
    [{ kWh: 1.5, action: 'stop' }, 1.4, 1.6],
    [{ cost: 3, pricePerKwh: 2, action: 'stop' }, 1.4, 1.6],
  ])('stops at %j', (budget, below, above) => {
    const seen = effects()
    const watch = watchBudget(budget, seen)
    watch(figuresOf(below))
    expect(seen.stop).not.toHaveBeenCalled()
    watch(figuresOf(above))
    expect(seen.stop).toHaveBeenCalledTimes(1)
  })

  it('counts hours', () => {
    const seen = effects()
    watchBudget({ hours: 2, action: 'stop' }, seen)(figuresOf(1, 7200))
    expect(seen.stop).toHaveBeenCalledWith('the budget of 2 h is reached with 2 h')
  })

  it('warns of a predicted overrun before it happens', () => {
    const seen = effects()
    const watch = watchBudget({ kWh: 2, action: 'stop' }, seen)
    watch(figuresOf(1), predicted(1.9))
    expect(seen.warned).toEqual([])
    watch(figuresOf(1.1), predicted(2.5))
    watch(figuresOf(1.2), predicted(2.6))
    expect(seen.warned).toEqual([
      'BUDGET_PREDICTED: the training is predicted to take 2.5 kWh, over its budget of 2',
    ])
    expect(seen.stop).not.toHaveBeenCalled()
  })

  it('leaves the decision to a function', () => {
    const states: BudgetState[] = []
    const seen = effects()
    watchBudget({ kWh: 2, action: state => void states.push(state) }, seen)(figuresOf(2.5))
    expect(states).toMatchObject([{ limit: 'kWh', allowed: 2, spent: 2.5 }])
    expect(seen.stop).not.toHaveBeenCalled()
    expect(states[0]?.stop()).toBe(true)
    expect(seen.stop).toHaveBeenCalledTimes(1)
  })

  it('says that it cannot watch what is unknown', () => {
    const seen = effects()
    watchBudget({ kWh: 2 }, seen)({ durationSeconds: 1 })
    expect(seen.warned).toEqual([expect.stringContaining('BUDGET_UNWATCHED')])
  })

  it('warns after 72 hours without any budget, and at another limit where there is one', () => {
    const seen = effects()
    watchBudget(undefined, seen)(figuresOf(1, 72 * 3600))
    expect(seen.warned).toEqual([expect.stringContaining('LONG_RUN')])
    const longer = effects()
    watchBudget({ hours: 100 }, longer)(figuresOf(1, 73 * 3600))
    expect(longer.warned).toEqual([])
  })
})

describe('checkBudget', () => {
  it.each<[string, Budget, boolean, string]>([
    ['a negative limit', { kWh: -1 }, true, 'budget.kWh'],
    ['a limit that is no number', { hours: Number.NaN }, true, 'budget.hours'],
    ['an unknown limit', { joules: 1 } as Budget, true, 'budget.joules'],
    ['money without a price', { cost: 1 }, true, 'budget.pricePerKwh'],
    ['an unknown action', { kWh: 1, action: 'halt' as 'stop' }, true, 'budget.action'],
    ['stopping without the model', { kWh: 1, action: 'stop' }, false, 'option "tf"'],
  ])('refuses %s', (_name, budget, canStop, text) => {
    expect(() => checkBudget(budget, canStop)).toThrow(text)
  })
})
