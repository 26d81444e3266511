const SUBJECTS = ['the cat', 'my neighbour', 'a robot', 'the waiter', 'our train']
const VERBS = ['was', 'seemed', 'looked', 'became']
const GOOD = ['kind', 'brilliant', 'quick', 'lovely', 'calm']
const BAD = ['rude', 'dull', 'late', 'awful', 'broken']

const WORDS = [...SUBJECTS.flatMap(text => text.split(' ')), ...VERBS, ...GOOD, ...BAD, 'rather', 'very']

/** Place 0 is the padding. */
const places = new Map([...new Set(WORDS)].map((word, index) => [word, index + 1]))

export const VOCABULARY = places.size + 1
export const LENGTH = 6

/** A small seeded generator (mulberry32), so that every run reads the same sentences. */
const seededRandom = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** Sentences without end, such as "our train was rather late", and whether they are friendly. */
export const sentences = function* (seed) {
  const random = seededRandom(seed)
  const oneOf = list => list[Math.floor(random() * list.length)]
  while (true) {
    const isGood = random() < 0.5
    const words = [oneOf(SUBJECTS), oneOf(VERBS), oneOf(['', 'rather', 'very']), oneOf(isGood ? GOOD : BAD)]
    const encoded = words.flatMap(text => text.split(' ').filter(Boolean)).map(word => places.get(word))
    yield {
      xs: [...Array(LENGTH - encoded.length).fill(0), ...encoded],
      ys: [Number(isGood)],
    }
  }
}
