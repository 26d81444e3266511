/** What goes wrong with one request on its way to a server. */
export type Fault =
  /** The connection ends before the server has seen anything. */
  | { readonly kind: 'drop' }
  /** Everything works, late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Somebody else answers: a gateway, a rate limit. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The server does what it was asked for, and the connection is reset before its answer arrives. */
  | { readonly kind: 'reset-after-commit' }
  /** The same, and half of the answer arrives. */
  | { readonly kind: 'truncate' }
  /** Nobody answers, and nobody closes the connection. */
  | { readonly kind: 'hang' }
  /** 200, with the page of somebody who has nothing to do with it. */
  | { readonly kind: 'garbage' }
  /** 200, with so many bytes. */
  | { readonly kind: 'huge'; readonly bytes: number }
  /** To itself, for ever. */
  | { readonly kind: 'redirect' }

/** A request as the proxy sees it. */
export interface ProxiedRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** How many requests came before it. */
  readonly index: number
}

/** Which fault a request meets; none where it is undefined. */
export type FaultPlan = (request: ProxiedRequest) => Fault | undefined

/** Every third request meets a fault, the faults in turn. Not every second: a look before each repetition would keep step with it. */
export const inTurn =
  (faults: readonly Fault[]): FaultPlan =>
  ({ index }) =>
    index % 3 === 0 ? faults[(index / 3) % faults.length] : undefined
