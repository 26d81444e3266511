/** The backend's own word that trying again is of no use. */
export const isFinal = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && Reflect.get(error, 'isRetryable') === false
