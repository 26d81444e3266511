export interface TimeUnit {
  readonly unit: string
  readonly seconds: number
}

/** The unit of an axis of time that is so long. */
export const timeUnit = (seconds: number): TimeUnit => {
  if (seconds < 180) return { unit: 's', seconds: 1 }
  if (seconds < 3 * 3600) return { unit: 'min', seconds: 60 }
  if (seconds < 3 * 86_400) return { unit: 'h', seconds: 3600 }
  return { unit: 'd', seconds: 86_400 }
}
