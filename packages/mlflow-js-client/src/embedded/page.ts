import { refusal } from './refusal.js'
import type { Fields } from './wire.js'

export interface PageRequest {
  readonly limit: number
  readonly offset: number
}

/** @throws MlflowError `INVALID_PARAMETER_VALUE` for a token that was not given out here */
export const pageRequest = (fields: Fields, defaultLimit: number): PageRequest => {
  const offset = Number(fields.page_token ?? 0)
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw refusal('INVALID_PARAMETER_VALUE', `Invalid page token "${fields.page_token}".`)
  }
  return { limit: Number(fields.max_results ?? defaultLimit), offset }
}

/** Rows are asked for with one more than the page holds, which tells whether there is another. */
export const pageOf = <T>(
  rows: readonly T[],
  { limit, offset }: PageRequest,
): { readonly items: readonly T[]; readonly token: { readonly next_page_token?: string } } => ({
  items: rows.slice(0, limit),
  token: rows.length > limit ? { next_page_token: String(offset + limit) } : {},
})
