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

/** What is wrong with a target's answer to an input; undefined when nothing is. */
export const faultOf = async (target: FuzzTarget, input: Buffer): Promise<string | undefined> => {
  try {
    await target.run(input)
  } catch (error) {
    if (!isExpected(error, target.errors))
      return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  return pollution()
}

/** The same for the damaged input that a seed makes. */
export const fuzzOnce = async (target: FuzzTarget, seed: number): Promise<FuzzFailure | undefined> => {
  const input = mutate(
    target.seeds.map(text => Buffer.from(text)),
    randomFrom(seed),
  )
  const reason = await faultOf(target, input)
  if (reason === undefined) return undefined
  return { target: target.name, seed, reason, input: input.subarray(0, 400).toString('latin1') }
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
