import { MlflowError } from '../errors/mlflow-error.js'
import { cut, isLongerThan, limits } from '../validation/limits.js'
import { loadSchemas, problemOf } from '../validation/validate.js'
import type { BatchItem } from './item.js'
import type { Rejection } from './rejection.js'

/** What becomes of values that the server would take, but not as they are. */
export interface ValuePolicy {
  /**
   * NaN and infinities. SQL stores make ±1.797e308 of infinities, a NaN that is sent twice fails, and some
   * versions of the UI cannot show either. `error` rejects the item, `drop` leaves it out with a warning.
   */
  readonly nonFinite: 'error' | 'drop' | 'send'
  /** Params over 6000 and tags over 8000 characters, which the server cuts without a word. */
  readonly longValues: 'error' | 'truncate'
}

export interface Screened {
  readonly accepted: readonly BatchItem[]
  /** Of those accepted items that were altered, what they were. */
  readonly originals: ReadonlyMap<BatchItem, BatchItem>
  readonly rejected: readonly Rejection[]
  readonly warnings: readonly string[]
}

const invalid = (item: BatchItem, message: string, cause?: Error): Rejection => ({
  item,
  error: new MlflowError('INVALID_PAYLOAD', `${message}. It was not sent.`, { cause }),
})

const lengthLimit = { param: limits.paramValueLength, tag: limits.tagValueLength } as const

const fitted = (item: BatchItem, policy: ValuePolicy, warnings: string[]): BatchItem => {
  if (item.kind === 'metric' || policy.longValues === 'error') return item
  const limit = lengthLimit[item.kind]
  if (!isLongerThan(item.wire.value, limit)) return item
  warnings.push(
    `The value of ${item.kind} "${item.wire.key}" was cut to ${limit} characters, which is what MLflow takes.`,
  )
  return { ...item, wire: { ...item.wire, value: cut(item.wire.value, limit) } }
}

/** Sorts out, before anything is sent, what the server would drop, alter or refuse. */
export const screen = async (items: readonly BatchItem[], policy: ValuePolicy): Promise<Screened> => {
  const schemas = await loadSchemas()
  const accepted: BatchItem[] = []
  const originals = new Map<BatchItem, BatchItem>()
  const rejected: Rejection[] = []
  const warnings: string[] = []
  for (const given of items) {
    if (given.kind === 'metric' && typeof given.wire.value === 'string' && policy.nonFinite !== 'send') {
      const message = `The value is ${given.wire.value}, which MLflow does not keep faithfully`
      if (policy.nonFinite === 'error') rejected.push(invalid(given, message))
      else warnings.push(`A point of metric "${given.wire.key}" was left out: ${message}.`)
      continue
    }
    const item = fitted(given, policy, warnings)
    const problem = problemOf(schemas[item.kind], item.wire)
    if (problem) rejected.push(invalid(given, problem.message, problem.cause))
    else accepted.push(item)
    if (item !== given) originals.set(item, given)
  }
  return { accepted, originals, rejected, warnings }
}
