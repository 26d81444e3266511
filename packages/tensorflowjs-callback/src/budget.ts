import { OptionError, type WindowFigures } from '@epochwatt/core'
import type { Forecast } from './forecast.js'
import type { Warn } from './warn.js'

/** Limits to one run. Any of them may be given; the first one reached counts. */
export interface Budget {
  /** Energy attributed to the run, kWh. */
  readonly kWh?: number
  /** Operational carbon of the run, gCO2e. */
  readonly gCO2e?: number
  /** Hours since the run began. Default 72, which only warns. */
  readonly hours?: number
  /** Money for the energy, in the currency of `pricePerKwh`. */
  readonly cost?: number
  readonly pricePerKwh?: number
  /** `warn` (default), `stop` after the running batch with weights intact, or a function that decides. */
  readonly action?: 'warn' | 'stop' | ((state: BudgetState) => void)
}

/** The part of a budget that was reached. `cost` is in the currency of `pricePerKwh`. */
export type BudgetLimit = 'kWh' | 'gCO2e' | 'hours' | 'cost'

/** What a budget's own action is told. */
export interface BudgetState {
  readonly limit: BudgetLimit
  readonly allowed: number
  /** Used so far, in the unit of the limit. */
  readonly spent: number
  /** Stops the training after the running batch. False where the model is not known to the callback. */
  stop(): boolean
}

export interface BudgetEffects {
  readonly warn: Warn
  stop(reason: string): boolean
}

const LIMITS: readonly BudgetLimit[] = ['kWh', 'gCO2e', 'hours', 'cost']
const DEFAULT_HOURS = 72

const isPositive = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value > 0

/** @throws OptionError naming the first wrong part. */
export const checkBudget = (budget: Budget, canStop: boolean): void => {
  const known: readonly string[] = [...LIMITS, 'pricePerKwh', 'action']
  if (typeof budget !== 'object' || budget === null) {
    throw new OptionError('budget', budget, 'an object such as { kWh: 0.5, action: "warn" }')
  }
  for (const [name, value] of Object.entries(budget)) {
    if (!known.includes(name)) throw new OptionError(`budget.${name}`, value, `only ${known.join(', ')}`)
    if (name !== 'action' && value !== undefined && !isPositive(value)) {
      throw new OptionError(`budget.${name}`, value, 'a number above 0')
    }
  }
  if ((budget.cost === undefined) !== (budget.pricePerKwh === undefined)) {
    throw new OptionError('budget.cost', budget.cost, 'a number above 0 together with budget.pricePerKwh')
  }
  const { action = 'warn' } = budget
  if (action !== 'warn' && action !== 'stop' && typeof action !== 'function') {
    throw new OptionError('budget.action', action, '"warn", "stop" or a function')
  }
  if (action === 'stop' && !canStop) {
    throw new OptionError(
      'budget.action',
      action,
      '"stop" only with the option "tf", which gives access to the model',
    )
  }
}

const spentOn = (limit: BudgetLimit, figures: WindowFigures, price: number): number | undefined => {
  const kwh = figures.energyKwh?.value
  if (limit === 'hours') return figures.durationSeconds / 3600
  if (limit === 'kWh') return kwh
  if (limit === 'gCO2e') return figures.carbonGrams?.value
  return kwh === undefined ? undefined : kwh * price
}

const asFigures = ({ energyKwh, carbonGrams, seconds }: Forecast): WindowFigures => ({
  ...(energyKwh && { energyKwh }),
  ...(carbonGrams && { carbonGrams }),
  durationSeconds: seconds.value,
})

const short = (value: number): string => String(Number(value.toPrecision(3)))

const unitOf: Record<BudgetLimit, string> = {
  kWh: ' kWh',
  gCO2e: ' gCO2e',
  hours: ' h',
  cost: ' in energy cost',
}

export type BudgetWatch = (figures: WindowFigures, forecast?: Forecast) => void

/** Compares what a run has taken, and what it is predicted to take, with its budget. Acts once for each limit. */
export const watchBudget = (budget: Budget | undefined, effects: BudgetEffects): BudgetWatch => {
  const { action = 'warn', pricePerKwh = 0 } = budget ?? {}
  const said = new Set<string>()
  const once = (key: string, act: () => void): void => {
    if (said.has(key)) return
    said.add(key)
    act()
  }
  const reached = (limit: BudgetLimit, allowed: number, spent: number): void => {
    const reason = `the budget of ${short(allowed)}${unitOf[limit]} is reached with ${short(spent)}${unitOf[limit]}`
    effects.warn('BUDGET_REACHED', reason)
    const stop = (): boolean => effects.stop(reason)
    if (typeof action === 'function') action({ limit, allowed, spent, stop })
    else if (action === 'stop') stop()
  }
  return (figures, forecast) => {
    for (const limit of LIMITS) {
      const allowed = budget?.[limit]
      if (allowed === undefined) continue
      const spent = spentOn(limit, figures, pricePerKwh)
      const coming = forecast && spentOn(limit, asFigures(forecast), pricePerKwh)
      if (spent === undefined) {
        once(`unknown ${limit}`, () =>
          effects.warn(
            'BUDGET_UNWATCHED',
            `the budget of ${short(allowed)}${unitOf[limit]} cannot be watched: the figure is unknown`,
          ),
        )
      } else if (spent >= allowed) {
        once(limit, () => reached(limit, allowed, spent))
      } else if (coming !== undefined && coming > allowed) {
        once(`predicted ${limit}`, () =>
          effects.warn(
            'BUDGET_PREDICTED',
            `the training is predicted to take ${short(coming)}${unitOf[limit]}, over its budget of ${short(allowed)}`,
          ),
        )
      }
    }
    if (budget?.hours === undefined && figures.durationSeconds >= DEFAULT_HOURS * 3600) {
      once('long', () =>
        effects.warn(
          'LONG_RUN',
          `the run has taken more than ${DEFAULT_HOURS} hours; budget.hours sets another limit`,
        ),
      )
    }
  }
}
