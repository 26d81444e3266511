import type { Attributes } from './tracker.js'

export const finiteOnly = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => Number.isFinite(value)))

/** JSON has no word for NaN, and a callback without types may pass anything. */
const isScalar = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' || typeof value === 'boolean'

/** What the journal cannot hold is left out, not thrown at a training. */
export const scalarsOnly = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes ?? {}).filter(([, value]) => isScalar(value)))
