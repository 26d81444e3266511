// Hostile and damaged input, some hundred cases a reader; EPOCHWATT_FUZZ_CASES=30000 makes a campaign of it (docs/reliability.md).
import { afterAll, describe, expect, it } from 'vitest'
import { hostileForms } from './hostile-forms.js'
import { REGRESSIONS } from './regressions.js'
import { faultOf, fuzz } from './run-target.js'
import { ALL_TARGETS } from './targets/all-targets.js'

const CASES = Number(process.env.EPOCHWATT_FUZZ_CASES ?? 60)
/** Another seed at every campaign; the one of a failure is in its message. */
const SEED = Number(process.env.EPOCHWATT_FUZZ_SEED ?? 1)
/** A case takes well below a millisecond, a hang takes for ever: there is much room between. */
const TIMEOUT_MS = 30_000 + CASES * 20

afterAll(async () => {
  for (const target of ALL_TARGETS) await target.close?.()
})

describe('damaged and hostile input is refused in words or used in part', () => {
  it.each(ALL_TARGETS.map(target => [target.name, target] as const))(
    '%s',
    { timeout: TIMEOUT_MS },
    async (_, target) => {
      for (const seed of target.seeds) await target.run(Buffer.from(seed))
      expect(await fuzz(target, CASES, SEED)).toBeUndefined()
    },
  )
})

/** What takes seconds by the square of its length, takes ever so long at this one. */
const LONG = 2 ** 18
const FORMS = /^(?:itself|long|each line|a run of (?:" "|"0"|"\\""|"<"|"\[") in the middle)/

describe('a long hostile input comes to an end (testing/campaigns/growth.mjs measures how)', () => {
  it.each(ALL_TARGETS.map(target => [target.name, target] as const))('%s', async (_, target) => {
    const forms = hostileForms(Buffer.from(target.seeds[0]!)).filter(({ name }) => FORMS.test(name))
    expect(forms.length).toBeGreaterThan(4)
    for (const form of forms) expect(await faultOf(target, form.of(LONG)), form.name).toBeUndefined()
  })
})

it.each(REGRESSIONS)('%s takes what once broke it: %s as %s', async (name, text, instead) => {
  const target = ALL_TARGETS.find(each => each.name === name)!
  const sound = Buffer.from(target.seeds[0]!).toString()
  expect(sound).toContain(text)
  expect(await faultOf(target, Buffer.from(sound.replace(text, instead)))).toBeUndefined()
})
