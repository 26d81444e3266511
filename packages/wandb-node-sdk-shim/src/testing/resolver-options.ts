import type { StubState } from './state.js'

export type Input = { input: Record<string, unknown> }

export interface ResolverOptions {
  readonly state: StubState
  readonly entity: string
  /** The entity that is meant; throws for one that the stub does not have. */
  readonly entityOf: (name: unknown) => string
  readonly baseUrl: () => string
  /** Names of run files that get no upload address. */
  readonly refusedFiles: ReadonlySet<string>
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
