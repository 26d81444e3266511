import { OptionError, type RunRecord, type SpanFigures } from '@epochwatt/core'
import type { WandbRun } from './wandb-run.js'

/** Limits beyond which W&B tells those who follow the run. */
export interface Budget {
  /** Energy attributed to the run, kWh. */
  readonly kWh?: number
  /** Operational carbon, gCO2e. */
  readonly gCO2e?: number
}

const LIMITS: Readonly<Record<keyof Budget, (figures: SpanFigures) => number | undefined>> = {
  kWh: ({ energy_kwh }) => energy_kwh?.value,
  gCO2e: ({ carbon_g }) => carbon_g?.value,
}

/** @throws OptionError for anything but limits above 0. */
export const checkBudget = (budget: unknown): void => {
  if (budget === undefined) return
  const isBudget =
    typeof budget === 'object' &&
    budget !== null &&
    Object.keys(budget).length > 0 &&
    Object.entries(budget).every(
      ([name, limit]) => name in LIMITS && typeof limit === 'number' && limit > 0 && Number.isFinite(limit),
    )
  if (!isBudget) throw new OptionError('budget', budget, 'an object of kWh and gCO2e, each a number above 0')
}

const short = (value: number): string => String(Number(value.toPrecision(3)))

/**
 * Notifications of a run: once for each limit that it passes, and once for each cap of a policy that its record tells
 * of. Runs that cannot send any do without.
 */
export const budgetAlerts = (budget: Budget = {}) => {
  const told = new Set<string>()
  const tell = async (run: WandbRun, key: string, text: string): Promise<void> => {
    if (told.has(key)) return
    told.add(key)
    await run.alert?.({ title: 'Energy budget exceeded', text, level: 'WARN', waitSeconds: 0 })
  }
  return {
    /** Compares the run so far. */
    watch: async (run: WandbRun, figures: SpanFigures): Promise<void> => {
      for (const unit of Object.keys(LIMITS) as (keyof Budget)[]) {
        const limit = budget[unit]
        const used = LIMITS[unit](figures)
        if (limit === undefined || used === undefined || used <= limit) continue
        await tell(
          run,
          unit,
          `The run has used ${short(used)} ${unit}, more than its budget of ${short(limit)} ${unit}.`,
        )
      }
    },
    /** What the record says of the caps of policies. */
    conclude: async (run: WandbRun, { warnings }: RunRecord): Promise<void> => {
      for (const { code, message } of warnings) if (code === 'CAP_REACHED') await tell(run, message, message)
    },
  }
}
