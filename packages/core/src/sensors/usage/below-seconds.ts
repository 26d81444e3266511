import type { FollowedTree, OwnCgroup } from './own-cgroup.js'

interface Reading {
  readonly belowSeconds: number
  /** CPU time of our group without the root's own, where the group is ours. */
  readonly group?: { readonly from: OwnCgroup; readonly seconds: number }
}

/**
 * CPU time of all that is below the root: of each stretch by the control group where that was ours at both ends, which
 * misses nobody, else by the process tree.
 */
export class BelowSeconds {
  readonly #groups: readonly OwnCgroup[]
  readonly #now: () => number
  #last: Reading | undefined
  #sum = 0
  #highest = 0

  /**
   * @param groups Those that may be ours, the best first.
   * @param now Milliseconds of a monotonic clock.
   */
  constructor(groups: readonly OwnCgroup[], now: () => number) {
    this.#groups = groups
    this.#now = now
  }

  /**
   * @param ownSeconds CPU time of the root alone.
   * @param belowSeconds What the tree makes of the rest.
   * @param hasLooked Whether the tree has looked for new members.
   * @returns Never falls. `cgroup`: the version of the group by which the time since the last call was counted.
   */
  next(
    tree: FollowedTree,
    ownSeconds: number,
    belowSeconds: number,
    hasLooked: boolean,
  ): { readonly seconds: number; readonly cgroup?: 1 | 2 } {
    const last = this.#last
    const group = this.#readGroup(tree, ownSeconds, hasLooked)
    this.#last = { belowSeconds, ...(group && { group }) }
    const counted = group && last?.group?.from === group.from ? group.seconds - last.group.seconds : undefined
    this.#sum += counted ?? belowSeconds - (last?.belowSeconds ?? 0)
    // Files are rounded, and a group's sum is some milliseconds behind: it may fall by that much.
    this.#highest = Math.max(this.#highest, this.#sum)
    return {
      seconds: this.#highest,
      ...(counted !== undefined && group && { cgroup: group.from.version }),
    }
  }

  #readGroup(tree: FollowedTree, ownSeconds: number, hasLooked: boolean): Reading['group'] {
    for (const from of this.#groups) {
      if (hasLooked) from.look(tree, this.#now())
      const seconds = from.seconds()
      if (seconds !== undefined) return { from, seconds: seconds - ownSeconds }
    }
    return undefined
  }

  close(): void {
    for (const group of this.#groups) group.close()
  }
}
