const countsOf = points => {
  const counts = new Map()
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1)
  return counts
}

/** `step timestamp` of a point, by which it is the same though its value is another. */
const placeOf = point => point.split(' ', 2).join(' ')

/**
 * Compares the points that are there with those that are due, by key. A point with another value at the same step and
 * time is altered; of equal ones more than one is doubled; those that nobody sent are strange.
 */
export const comparePoints = (due, there) => {
  const found = { due: 0, missing: 0, doubled: 0, altered: 0, strange: 0, examples: [] }
  const tell = (what, key, point) => {
    found[what]++
    if (found.examples.length < 5) found.examples.push(`${what}: ${key} ${point}`)
  }
  for (const key of new Set([...Object.keys(due), ...Object.keys(there)])) {
    const wanted = countsOf(due[key] ?? [])
    const held = countsOf(there[key] ?? [])
    const absent = new Set()
    for (const [point, count] of wanted) {
      found.due += count
      const has = held.get(point) ?? 0
      if (has === 0) absent.add(point)
      for (let more = count; more < has; more++) tell('doubled', key, point)
    }
    for (const point of held.keys()) {
      if (wanted.has(point)) continue
      const meant = [...absent].find(other => placeOf(other) === placeOf(point))
      if (meant) absent.delete(meant)
      tell(meant ? 'altered' : 'strange', key, point)
    }
    for (const point of absent) tell('missing', key, point)
  }
  return found
}
