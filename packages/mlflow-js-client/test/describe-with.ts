import { describe, it } from 'vitest'

/** Why some tests cannot run here. */
export interface Skipped {
  readonly skipped: string
}

export const isSkipped = (resource: object): resource is Skipped => 'skipped' in resource

/** Tests that need something which not every machine has; where it is missing they are skipped, and say why. */
export const describeWith = <T extends object>(
  name: string,
  resource: T | Skipped,
  tests: (resource: T) => void,
): void => {
  // The reason is that of the caller, who looked: it stands in the name, and so in the list of skipped tests.
  if (isSkipped(resource))
    describe.skip(`${name}: ${resource.skipped}`, () => it('cannot be tested here', () => {}))
  else describe(name, () => tests(resource))
}
