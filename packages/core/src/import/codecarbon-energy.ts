import { sumQuantities } from '../quantity/combine.js'
import { factor90, type Quantity, type Tier } from '../quantity/quantity.js'
import type { Line } from '../record/record.js'
import type { Component } from '../sensors/sensor.js'

/** What the numbers of a row say, where they are numbers. */
export type Numbers = (column: string) => number | undefined

export interface CodeCarbonEnergy {
  /** IT energy, kWh: PUE is taken out again. */
  readonly total?: Quantity
  readonly components: Readonly<Record<Component, Line>>
  readonly measuredShare?: number
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
}

interface Source {
  readonly tier: Tier
  readonly factor: number
  readonly method: string
}

/** No column says which of its ways CodeCarbon took, so the least certain of them counts. */
const SOURCES: Readonly<Record<'cpu' | 'gpu' | 'memory', Source>> = {
  cpu: {
    tier: 'modelled',
    factor: factor90(1.5),
    method:
      'CodeCarbon, cpu_energy: a counter, or design power by load, or a default; the file does not say which',
  },
  gpu: {
    tier: 'measured',
    factor: factor90(1.1),
    method: "CodeCarbon, gpu_energy: the driver's energy counter of whole boards",
  },
  memory: { tier: 'assumed', factor: 3, method: 'CodeCarbon, ram_energy: watts by guessed memory modules' },
}

const quantity = (kwh: number, { tier, factor, method }: Source): Quantity => ({
  value: kwh,
  low: kwh / factor,
  high: kwh * factor,
  unit: 'kWh',
  tier,
  method,
})

/** Zero stands for "nothing found" in CodeCarbon, and a negative energy for a counter that wrapped. */
const lineOf = (kwh: number | undefined, pue: number, column: string, source: Source): Line => {
  if (kwh === undefined) return { reason: `the file has no ${column}` }
  if (kwh < 0) return { reason: `${column} is negative, as CodeCarbon writes after a counter started again` }
  if (kwh === 0) return { reason: `${column} is 0, which CodeCarbon also writes for what it could not read` }
  return { kwh: quantity(kwh / pue, source) }
}

/** The parts and their sum may differ by what CodeCarbon rounds. */
const SLACK = 0.01

/** Energy of a row, by component. CodeCarbon's figures have PUE in them. */
export const codeCarbonEnergy = (numbers: Numbers, pue: number): CodeCarbonEnergy => {
  const columns = { cpu: 'cpu_energy', gpu: 'gpu_energy', memory: 'ram_energy' } as const
  const line = (component: keyof typeof columns): Line =>
    lineOf(numbers(columns[component]), pue, columns[component], SOURCES[component])
  const components = {
    cpu: line('cpu'),
    gpu: line('gpu'),
    memory: line('memory'),
    other: { reason: 'CodeCarbon does not count fans, board and power supply' },
  }
  const known = Object.values(components).flatMap(({ kwh }: Line) => (kwh ? [kwh] : []))
  const sum = sumQuantities(
    known,
    'sum of the components that CodeCarbon wrote down; bounds by root-sum-square',
  )
  const stated = numbers('energy_consumed')
  if (stated === undefined || stated <= 0) {
    // Without a sum of its own there is no carbon to go with the parts.
    return { components, warnings: [] }
  }
  const total = stated / pue
  if (sum && Math.abs(sum.value - total) <= SLACK * total) {
    const measured = known.reduce((kwh, part) => kwh + (part.tier === 'measured' ? part.value : 0), 0)
    return { total: sum, components, measuredShare: measured / sum.value, warnings: [] }
  }
  const whole: Source = {
    ...SOURCES.cpu,
    method: 'CodeCarbon, energy_consumed: how it was found is not known',
  }
  return {
    total: quantity(total, whole),
    components,
    warnings: sum
      ? [
          {
            code: 'IMPORT_SUM',
            message: `the components add up to ${sum.value.toPrecision(4)} kWh, but energy_consumed is ${total.toPrecision(4)} kWh; the latter counts`,
          },
        ]
      : [],
  }
}
