// A package counter of known power that goes on in real time, as a RAPL register does, and the truth about it.
import { createSyntheticMachine } from '../dist/synthetic-machine/synthetic-machine.js'

/** How often the counter is brought up to date, milliseconds. */
const REFRESH_MS = 5

/** What the counter shows lies in `env`; times are milliseconds since 1970, of a clock that is not set meanwhile. */
export const realTimeCounter = ({ watts, secondsToWrap = 40 }) => {
  const machine = createSyntheticMachine({
    zones: [{ name: 'package-0', watts, startTicks: Math.floor(2 ** 32 - (secondsToWrap * watts) / 61e-6) }],
  })
  const now = () => performance.timeOrigin + performance.now()
  const hrtimeAhead = Number(process.hrtime.bigint()) / 1e6 - now()
  const began = now()
  let reached = began
  let power = watts
  /** Since when the counter has been seen, and what it says: milliseconds and joules. */
  const times = [began]
  const energies = [0]
  const refresh = () => {
    const at = now()
    const lastAt = reached
    machine.advance((at - lastAt) / 1000)
    reached = at
    energies.push(energies.at(-1) + ((at - lastAt) / 1000) * power)
    // A busy machine may come between the clock and the file.
    times.push(now())
  }
  const timer = setInterval(refresh, REFRESH_MS)
  /** Place of the last write at or before a time. */
  const writeBefore = time => {
    let [low, high] = [0, times.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (times[middle] <= time) low = middle
      else high = middle - 1
    }
    return low
  }
  return {
    env: machine.env,
    now,
    refresh,
    setPower: next => {
      refresh()
      power = next
      machine.setPower('package-0', next)
    },
    /** Lets the register begin at 0 again, as some do when the machine wakes up. */
    zero: () => machine.resetCounter('package-0'),
    stop: () => clearInterval(timer),
    dispose: () => {
      clearInterval(timer)
      machine.dispose()
    },
    /** What the counter showed at a time, joules. */
    shownAt: time => energies[writeBefore(time)],
    /** How long the counter stood still at most, seconds: what a busy machine takes from the truth itself. */
    longestStandstill: (from, to) => {
      let longest = 0
      for (let at = writeBefore(from); at < times.length - 1 && times[at] < to; at++)
        longest = Math.max(longest, times[at + 1] - times[at])
      return longest / 1000
    },
    /** A time that another process told by `process.hrtime`, which all processes of a machine share. */
    ofHrtime: nanoseconds => Number(nanoseconds) / 1e6 - hrtimeAhead,
  }
}
