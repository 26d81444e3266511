import { OptionError } from '@epochwatt/core'

/** What the energy of a service is divided by. */
export type InferenceUnit = 'request' | 'token' | 'sample'

export const INFERENCE_UNITS: readonly unknown[] = ['request', 'token', 'sample']

/** Units in one call, from what it returned and what it was given. */
export type CountUnits = (result: unknown, args: readonly unknown[]) => number

/** Rows of a tensor, entries of a list; of several inputs, those of the first. */
const samplesIn = (input: unknown): number => {
  if (Array.isArray(input)) {
    const [first] = input as unknown[]
    return hasShape(first) ? samplesIn(first) : input.length
  }
  if (hasShape(input)) return input.shape[0] ?? 1
  return Number.NaN
}

const hasShape = (value: unknown): value is { readonly shape: readonly number[] } =>
  typeof value === 'object' && value !== null && Array.isArray((value as { shape?: unknown }).shape)

/** @throws OptionError where units cannot be counted without the caller's help. */
export const unitCounter = (per: InferenceUnit, count: CountUnits | undefined): CountUnits => {
  if (count) return count
  if (per === 'request') return () => 1
  if (per === 'sample') return (_result, [input]) => samplesIn(input)
  throw new OptionError(
    'count',
    count,
    'a function that tells the tokens of a result: only you know where it has them',
  )
}
