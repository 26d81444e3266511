import { OptionError } from '../../../errors.js'
import type { GridPlace } from '../grid-provider.js'

/** @throws OptionError when the machine is said to be in a country that the publisher knows nothing of. */
export const coveringOnly = (name: string, { country }: GridPlace, covered: readonly string[]): void => {
  if (country === undefined || covered.includes(country)) return
  throw new OptionError(
    'grid',
    name,
    `a provider that covers ${country}; ${name} covers ${covered.join(', ')}`,
  )
}
