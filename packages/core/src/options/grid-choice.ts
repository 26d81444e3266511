import type { GridProvider } from '../grid/live/grid-provider.js'
import { GRID_PROVIDER_NAMES, type GridProviderName } from '../grid/live/provider-names.js'

const isGridProvider = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (['name', 'source'] as const).every(key => typeof (value as GridProvider)[key] === 'string') &&
  ['lifecycle', 'direct', 'unknown'].includes((value as GridProvider).basis) &&
  ['average', 'marginal', 'residual', 'contract'].includes((value as GridProvider).kind) &&
  (['zoneOf', 'fetch'] as const).every(key => typeof (value as GridProvider)[key] === 'function')

const isOne = (value: unknown): boolean =>
  isGridProvider(value) || GRID_PROVIDER_NAMES.includes(value as GridProviderName)

/** A provider by name or as an object, or several of them. */
export const isGridChoice = (value: unknown): boolean =>
  isOne(value) || (Array.isArray(value) && value.length > 0 && value.every(isOne))

/** Names in a variable, several with commas. */
export const gridChoiceOf = (text: string): unknown =>
  text.includes(',') ? text.split(',').map(name => name.trim()) : text
