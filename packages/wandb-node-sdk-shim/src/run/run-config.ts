import { WandbError } from '../errors.js'
import { type JsonValue, stringifyExtended } from '../json/extended-json.js'
import { isMedia } from '../media/media.js'
import type { JsonItem, RecordBody } from '../record/record-body.js'
import { jsonFriendly } from './json-friendly.js'

/**
 * Inputs of the run: hyperparameters and whatever else does not change while it runs.
 *
 * @example
 * ```ts
 * const run = await init({ project: 'digits' })
 * run.config.update({ optimizer: 'adam' })
 * ```
 */
export class RunConfig {
  readonly #values = new Map<string, JsonValue>()
  readonly #write: (body: RecordBody) => void

  constructor(initial: object, write: (body: RecordBody) => void) {
    this.#write = write
    this.#take(initial, true)
  }

  /**
   * Adds values.
   *
   * @throws {WandbError} `USAGE` if a value is there already and differs, unless `allowValChange`: a hyperparameter
   *   that changes silently is a run that cannot be repeated.
   */
  update(values: object, { allowValChange = false }: { allowValChange?: boolean } = {}): void {
    const update = this.#take(values, allowValChange)
    if (update.length > 0) this.#write({ case: 'config', value: { update } })
  }

  /** Adds the values whose key is not there yet. */
  setDefaults(values: object): void {
    this.update(Object.fromEntries(Object.entries(values).filter(([key]) => !this.#values.has(key))))
  }

  get(key: string): JsonValue | undefined {
    return this.#values.get(key)
  }

  /** @internal Takes over what the server knows of a resumed run, where nothing newer is set. */
  adopt(values: Iterable<readonly [string, JsonValue]>): void {
    for (const [key, value] of values) if (!this.#values.has(key)) this.#values.set(key, value)
  }

  /** @internal All values, as records have them. */
  items(): JsonItem[] {
    return Array.from(this.#values, ([key, value]) => ({ key, valueJson: stringifyExtended(value) }))
  }

  toJSON(): { [key: string]: JsonValue } {
    return Object.fromEntries(this.#values)
  }

  #take(values: object, allowValChange: boolean): JsonItem[] {
    const taken: [string, JsonValue][] = []
    for (const [rawKey, raw] of Object.entries(values)) {
      // As the Python SDK does: options named after command line flags lose their dashes.
      const key = rawKey.replace(/^-+|-+$/g, '')
      if (isMedia(raw)) throw new WandbError('USAGE', `config "${key}": media cannot be part of the config.`)
      const value = jsonFriendly(raw)
      if (value === undefined) continue
      const before = this.#values.get(key)
      if (!allowValChange && before !== undefined && stringifyExtended(before) !== stringifyExtended(value)) {
        throw new WandbError(
          'USAGE',
          `config "${key}" is ${stringifyExtended(before)} and would become ${stringifyExtended(value)}. ` +
            'If that is meant, pass { allowValChange: true } to config.update.',
        )
      }
      taken.push([key, value])
    }
    return taken.map(([key, value]) => {
      this.#values.set(key, value)
      return { key, valueJson: stringifyExtended(value) }
    })
  }
}
