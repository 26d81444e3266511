import type { FuzzTarget } from './fuzz-target.js'
import { mutate } from './mutate.js'
import { randomFrom } from './random.js'

export interface FuzzFailure {
  readonly target: string
  /** `mutate(seeds, randomFrom(seed))` makes the input again. */
  readonly seed: number
  readonly reason: string
  readonly input: string
}

const isExpected = (error: unknown, codes: readonly string[]): boolean => {
  const { code } = error as { code?: unknown }
  return (
    error instanceof Error &&
    typeof code === 'string' &&
    codes.some(known => code.startsWith(known) || error.name === known)
  )
}

const pollution = (): string | undefined =>
  'polluted' in {} || Object.keys(Object.prototype).length > 0 ? 'Object.prototype was changed' : undefined

/** What is wrong with the target's answer to one damaged input; undefined when nothing is. */
export const fuzzOnce = async (target: FuzzTarget, seed: number): Promise<FuzzFailure | undefined> => {
  const input = mutate(
    target.seeds.map(text => Buffer.from(text)),
    randomFrom(seed),
  )
  const failure = (reason: string): FuzzFailure => ({
    target: target.name,
    seed,
    reason,
    input: input.subarray(0, 400).toString('latin1'),
  })
  try {
    await target.run(input)
  } catch (error) {
    if (!isExpected(error, target.errors))
      return failure(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const changed = pollution()
  return changed === undefined ? undefined : failure(changed)
}

/** Tries `cases` damaged inputs, beginning with `seed`; stops at the first failure. */
export const fuzz = async (
  target: FuzzTarget,
  cases: number,
  seed: number,
): Promise<FuzzFailure | undefined> => {
  for (let index = 0; index < cases; index++) {
    const failure = await fuzzOnce(target, seed + index)
    if (failure) return failure
  }
  return undefined
}
