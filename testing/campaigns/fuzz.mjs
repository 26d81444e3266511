// Hostile and damaged input to everything that reads what others wrote, by the million.
//
//   nice -n 10 node --enable-source-maps testing/campaigns/fuzz.mjs --cases 1000000 --seed 1 [--only NAME] [--out FILE]
//
// Targets take turns of half a second each until all of them together have had that many cases, and at least 5000 each.
// A failure does not end it: each is told once, with the seed and the input that make it again.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bundled } from './bundled.mjs'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    least: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    out: { type: 'string' },
  },
})
const CASES = Number(values.cases)
const LEAST = Math.min(Number(values.least), CASES)
const SEED = Number(values.seed)
const TURN_MS = 500
const TELL_MS = 20_000

const { ALL_TARGETS, fuzzOnce } = await bundled('fuzz/campaign.ts')
const runs = ALL_TARGETS.filter(({ name }) => name.includes(values.only)).map(target => ({
  target,
  cases: 0,
  ms: 0,
  slowestMs: 0,
  failures: new Map(),
}))
if (runs.length === 0) throw new Error(`No target has "${values.only}" in its name.`)

/** The kind of a failure: what was said, and where, without figures. */
const kindOf = reason => reason.split('\n').slice(0, 2).join(' ').replace(/\d+/g, '#').slice(0, 300)

const turn = async run => {
  const began = performance.now()
  let now = began
  while (now - began < TURN_MS) {
    const before = now
    const failure = await fuzzOnce(run.target, SEED + run.cases)
    run.cases++
    now = performance.now()
    run.slowestMs = Math.max(run.slowestMs, now - before)
    if (!failure) continue
    const kind = kindOf(failure.reason)
    if (!run.failures.has(kind)) {
      run.failures.set(kind, failure)
      console.error(
        `FAILED ${failure.target}, seed ${failure.seed}: ${failure.reason}\n${JSON.stringify(failure.input)}\n`,
      )
    }
  }
  run.ms += now - began
}

const total = () => runs.reduce((sum, { cases }) => sum + cases, 0)
const began = performance.now()
let told = began
const report = () => ({
  cases: total(),
  seconds: Math.round((performance.now() - began) / 1000),
  seed: SEED,
  failures: runs.flatMap(({ failures }) => [...failures.values()]),
  targets: runs.map(({ target, cases, ms, slowestMs }) => ({
    name: target.name,
    cases,
    microsecondsEach: Math.round((ms * 1000) / cases),
    slowestMs: Math.round(slowestMs),
  })),
})

while (total() < CASES || runs.some(({ cases }) => cases < LEAST)) {
  const isEnough = total() >= CASES
  for (const run of runs) if (!isEnough || run.cases < LEAST) await turn(run)
  if (performance.now() - told < TELL_MS) continue
  told = performance.now()
  console.error(`${total()} cases in ${Math.round((told - began) / 1000)} s`)
  if (values.out) writeFileSync(values.out, `${JSON.stringify(report(), undefined, 2)}\n`)
}
for (const { target } of runs) await target.close?.()
const done = report()
if (values.out) writeFileSync(values.out, `${JSON.stringify(done, undefined, 2)}\n`)
console.log(JSON.stringify(done, undefined, 2))
process.exitCode = done.failures.length > 0 ? 1 : 0
