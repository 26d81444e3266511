/**
 * A span of seconds in the two largest units that matter: `340 ms`, `12.3 s`, `2 min 14 s`, `3 h 12 min`, `2 d 3 h`.
 *
 * @example
 * formatDuration(134) // '2 min 14 s'
 */
export const formatDuration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return 'unknown'
  if (seconds < 0.0995) return `${Number((seconds * 1000).toPrecision(2))} ms`
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  const hours = Math.round(seconds / 3600)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** An ISO 8601 instant as `2026-03-02 14:05:09 UTC`; anything else as it came. */
export const formatInstant = (iso: string): string => {
  const time = Date.parse(iso)
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
