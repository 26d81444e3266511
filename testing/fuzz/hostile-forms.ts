/** A way to make an input of any length out of a sound one. */
export interface HostileForm {
  readonly name: string
  of(bytes: number): Buffer
}

/** What readers look for, or go back to when they do not find what they look for. */
const PIECES: readonly string[] = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '0',
  '9.',
  '-',
  'a',
  'aA0',
  '"',
  '""',
  "'",
  '\\',
  ',',
  ';',
  ':',
  '=',
  '/',
  '//',
  '.',
  '@',
  '?a=',
  '%',
  '<',
  '<a ',
  '</',
  '<!--',
  '>',
  '&',
  '&amp;',
  '[',
  ']',
  '{',
  '{"a":',
  '(',
  '$',
  '`',
  '*',
  '|',
  '\0',
  '\u00e9',
  '\ufeff',
  '\u001b[',
  ', a="b"',
  '{a="b"} 1\n',
  'GPU-1, 1, 2\n',
]

const filled = (piece: string, bytes: number): Buffer => Buffer.alloc(Math.max(1, bytes), piece)

const inserted = (sound: Buffer, at: number, run: Buffer): Buffer =>
  Buffer.concat([sound.subarray(0, at), run, sound.subarray(at)])

/** Places in a sound input where a run of something is not at once refused: its ends, and inside of what it holds. */
const placesIn = (sound: Buffer): ReadonlyMap<string, number> => {
  const text = sound.toString('latin1')
  const found = new Map([
    ['first', 0],
    ['last', sound.length],
    ['in the middle', sound.length >> 1],
  ])
  const inside: readonly (readonly [string, RegExp])[] = [
    ['in a word', /[a-z](?=[a-z])/i],
    ['in a text', /: ?"(?=[^"])/],
    ['in a number', /\d(?=\d)/],
    ['at the end of a line', /(?=\n)/],
  ]
  for (const [name, pattern] of inside) {
    const match = pattern.exec(text)
    if (match) found.set(name, match.index + match[0].length)
  }
  return found
}

const repeated = (sound: Buffer, bytes: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.max(1, Math.round(bytes / sound.length)) }, () => sound))

/** The lists of a JSON document made longer by their own members, or its objects by further keys. */
const grownJson = (value: unknown, times: number, grow: 'lists' | 'keys'): unknown => {
  if (Array.isArray(value)) {
    const members = value.map(member => grownJson(member, Math.ceil(Math.sqrt(times)), grow))
    return grow === 'lists' ? Array.from({ length: times }, () => members).flat() : members
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, grownJson(inner, Math.ceil(Math.sqrt(times)), grow)] as const,
  )
  const [first] = entries
  const further =
    grow === 'keys' && first
      ? Array.from({ length: times }, (_, index) => [`${first[0]}${index}`, first[1]])
      : []
  return Object.fromEntries([...entries, ...further])
}

const jsonOf = (sound: Buffer): unknown => {
  try {
    const value: unknown = JSON.parse(sound.toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const jsonForms = (sound: Buffer): HostileForm[] => {
  const value = jsonOf(sound)
  if (value === undefined) return []
  return (['lists', 'keys'] as const).map(grow => ({
    name: `long ${grow}`,
    of: bytes => {
      const once = JSON.stringify(grownJson(value, 1, grow)).length
      return Buffer.from(JSON.stringify(grownJson(value, Math.max(1, Math.round(bytes / once)), grow)))
    },
  }))
}

/** Each line as often, in order: rows of one time, one key, one name. */
const lineForms = (sound: Buffer): HostileForm[] => {
  const lines = sound.toString('latin1').split('\n')
  if (lines.length < 2) return []
  return [
    {
      name: 'each line often',
      of: bytes => {
        const times = Math.max(1, Math.round(bytes / sound.length))
        const longer = lines.map(line => (line === '' ? '' : `${line}\n`.repeat(times)))
        return Buffer.from(longer.join(''), 'latin1')
      },
    },
    {
      name: 'the last line often',
      of: bytes => {
        const last = lines.findLast(line => line !== '') ?? ''
        const times = Math.max(1, Math.round(bytes / (last.length + 1)))
        return Buffer.from(`${sound.toString('latin1')}${`${last}\n`.repeat(times)}`, 'latin1')
      },
    },
    {
      name: 'a long line of its own fields',
      of: bytes => {
        const times = Math.max(1, Math.round(bytes / (sound.length + lines.length)))
        const long = (line: string) => Array.from({ length: times }, () => line).join(',')
        return Buffer.from(lines.map(long).join('\n'), 'latin1')
      },
    },
  ]
}

/** Forms of a sound input whose length can be chosen. */
export const hostileForms = (sound: Buffer): HostileForm[] => [
  { name: 'itself, often', of: bytes => repeated(sound, bytes) },
  ...lineForms(sound),
  ...jsonForms(sound),
  ...[...placesIn(sound)].flatMap(([place, at]) =>
    PIECES.map(
      (piece): HostileForm => ({
        name: `a run of ${JSON.stringify(piece)} ${place}`,
        of: bytes => inserted(sound, at, filled(piece, bytes)),
      }),
    ),
  ),
]
