import type { Fault } from './fault.js'

/** One of each kind, by a name for tables and commands. */
export const NAMED_FAULTS = {
  429: { kind: 'status', status: 429, retryAfterSeconds: 1 },
  500: { kind: 'status', status: 500 },
  hang: { kind: 'hang' },
  'reset after commit': { kind: 'reset-after-commit' },
  'half an answer': { kind: 'truncate' },
  'dropped connection': { kind: 'drop' },
  garbage: { kind: 'garbage' },
  'redirect loop': { kind: 'redirect' },
  '100 MB reply': { kind: 'huge', bytes: 100e6 },
  'late answer': { kind: 'delay', ms: 3000 },
} as const satisfies Record<string, Fault>
