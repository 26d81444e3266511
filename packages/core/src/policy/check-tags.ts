import { OptionError } from '../errors.js'
import type { Policy } from './policy.js'

/** @throws OptionError naming the tags that a policy asks for and a run has not. */
export const checkTags = (tags: Readonly<Record<string, string>>, policies: readonly Policy[]): void => {
  const required = new Set(policies.flatMap(({ requiredTags = [] }) => requiredTags))
  const missing = [...required].filter(name => !Object.hasOwn(tags, name) || tags[name]?.trim() === '')
  if (missing.length === 0) return
  const example = missing.map(name => `${name}=…`).join(',')
  throw new OptionError(
    'tags',
    tags,
    `texts for the tags that a policy requires, which lack ${missing.map(name => JSON.stringify(name)).join(', ')} (EPOCHWATT_TAGS="${example}" sets them from outside)`,
  )
}
