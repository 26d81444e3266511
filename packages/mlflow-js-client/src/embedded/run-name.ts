const adjectives = [
  'amber',
  'brisk',
  'calm',
  'deft',
  'eager',
  'fair',
  'glad',
  'keen',
  'lucid',
  'mild',
  'neat',
  'quiet',
]
const nouns = [
  'alder',
  'badger',
  'cedar',
  'dune',
  'egret',
  'fjord',
  'grove',
  'heron',
  'linnet',
  'marten',
  'otter',
  'wren',
]

const oneOf = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] ?? ''

/** For runs that are given none, as servers do. */
export const madeUpName = (): string =>
  `${oneOf(adjectives)}-${oneOf(nouns)}-${100 + Math.floor(Math.random() * 900)}`
