import { pick, type Random } from './random.js'

/** Texts that have broken parsers. */
const TOKENS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '-1e999',
  '1e-999',
  '-0',
  '0x10',
  '9007199254740993',
  '18446744073709551616',
  '-1',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '[[[[[[[[',
  '}}}}',
  '\0',
  '\uFEFF',
  '\u2028',
  '\uD800',
  '\n',
  '\r\n',
  '\t',
  ',',
  ';',
  '"',
  "'",
  '\\',
  '%s',
  '../../../etc/passwd',
  '[N/A]',
  '[Not Supported]',
  'max',
  '5e-324',
  '1.7976931348623157e308',
  '2026-13-45T99:99:99Z',
  '1970-01-01T00:00:00Z',
]

const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.1,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  -(2 ** 53),
  1e21,
  '',
  ' ',
  '\0',
  'NaN',
  '__proto__',
  '1e999',
  '2026-13-45',
  'x'.repeat(10_000),
  [],
  {},
  [[]],
  [null],
  { length: -1 },
  { toJSON: 1 },
  { constructor: null },
]

const splice = (bytes: Buffer, from: number, to: number, insert: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(to)])

/** One small damage, as a crash, a bad disk, a strange machine or a hostile hand would do it. */
const damage = (bytes: Buffer, random: Random): Buffer => {
  const at = random(bytes.length + 1)
  const end = Math.min(bytes.length, at + 1 + random(1 + random(64)))
  switch (random(9)) {
    case 0: {
      if (bytes.length === 0) return bytes
      const flipped = Buffer.from(bytes)
      const index = random(bytes.length)
      flipped[index] = flipped[index]! ^ (1 << random(8))
      return flipped
    }
    case 1:
      return splice(bytes, at, at, Buffer.from([random(256)]))
    case 2:
      return splice(bytes, at, end, Buffer.alloc(0))
    case 3:
      return splice(bytes, at, at, bytes.subarray(at, end))
    case 4:
      return bytes.subarray(0, at)
    case 5:
      return splice(bytes, at, end, Buffer.from(pick(random, TOKENS)))
    case 6:
      return splice(bytes, at, at, Buffer.from(pick(random, TOKENS).repeat(1 + random(200))))
    case 7:
      return splice(
        bytes,
        at,
        end,
        Buffer.from(String((random(2 ** 31) - 2 ** 30) * 10 ** (random(40) - 20))),
      )
    default:
      return splice(bytes, at, end, Buffer.alloc(end - at))
  }
}

/** Of nested brackets. Several rounds may nest deeper than this harness can walk through by itself. */
const DEEPEST = 3000

interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

const placesIn = (value: unknown, found: Place[] = []): Place[] => {
  if (typeof value !== 'object' || value === null) return found
  for (const [key, inner] of Object.entries(value)) {
    found.push({ holder: value as Record<string, unknown>, key })
    placesIn(inner, found)
  }
  return found
}

const changeValue = (text: string, random: Random): string | undefined => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const places = placesIn(value)
  if (places.length === 0) return undefined
  const { holder, key } = pick(random, places)
  const kind = random(10)
  if (kind === 0) delete holder[key]
  else if (kind === 1) {
    const other = pick(random, places)
    holder[key] = structuredClone(other.holder[other.key])
  } else if (kind === 2) {
    return JSON.stringify(value).replace(
      /\{/,
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},',
    )
  } else if (kind === 3) {
    const depth = 1 + random(DEEPEST)
    return JSON.stringify(value).replace(/[\d.]+/, `${'['.repeat(depth)}${']'.repeat(depth)}`)
  } else if (kind === 4 && typeof holder[key] === 'number') {
    holder[key] = (holder[key] as number) * pick(random, [-1, 0, 1e-9, 1e9, 1e300, 1.5, 2 ** 32])
  } else holder[key] = pick(random, HOSTILE_VALUES)
  return JSON.stringify(value)
}

/**
 * One value of a JSON text is replaced, taken away, moved, or gets a key that must not reach a prototype; undefined for
 * a text that is no JSON, or that is nested too deeply already.
 */
const damageValue = (text: string, random: Random): string | undefined => {
  try {
    return changeValue(text, random)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The same for a text of many JSON lines. */
const damageLine = (text: string, random: Random): string | undefined => {
  const lines = text.split('\n')
  const index = random(lines.length)
  const line = damageValue(lines[index]!, random)
  if (line === undefined) return undefined
  lines[index] = line
  // Readings out of order, and the same reading twice.
  if (random(4) === 0) lines.splice(random(lines.length), 0, pick(random, lines))
  return lines.join('\n')
}

/** A damaged form of one of the seeds. */
export const mutate = (seeds: readonly Buffer[], random: Random): Buffer => {
  let bytes = pick(random, seeds)
  for (let rounds = 1 + random(4); rounds > 0; rounds--) {
    const text = random(2) === 0 ? bytes.toString('utf8') : undefined
    const whole = text === undefined ? undefined : (damageValue(text, random) ?? damageLine(text, random))
    bytes = whole === undefined ? damage(bytes, random) : Buffer.from(whole)
  }
  return bytes
}
