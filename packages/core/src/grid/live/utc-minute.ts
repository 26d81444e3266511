/** `2026-01-05T10:00Z`: what interfaces of half and quarter hours want. */
export const utcMinute = (time: Date): string => `${time.toISOString().slice(0, 16)}Z`
