import { MlflowError } from '../errors/mlflow-error.js'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextPageToken: string | undefined
}

/**
 * A result of many pages, each fetched when the loop gets to it.
 *
 * @example
 * ```ts
 * for await (const run of client.runs.search({ experimentIds: ['1'] })) console.log(run.info.runName)
 * const first = await client.runs.search({ experimentIds: ['1'] }).all()
 * ```
 */
export interface Paged<T> extends AsyncIterable<T> {
  /** Everything, in one array. */
  all(): Promise<T[]>
  pages(): AsyncIterable<readonly T[]>
}

export const paged = <T>(
  fetchPage: (pageToken: string | undefined) => Promise<Page<T>>,
  limit = Number.POSITIVE_INFINITY,
): Paged<T> => {
  async function* pages(): AsyncGenerator<readonly T[]> {
    let token: string | undefined
    let left = limit
    while (left > 0) {
      const page = await fetchPage(token)
      const items = page.items.length > left ? page.items.slice(0, left) : page.items
      left -= items.length
      if (items.length > 0) yield items
      if (!page.nextPageToken) return
      // Some servers hand out a token that leads nowhere (metrics/get-history, 3.1.1 to 3.13.0).
      if (page.nextPageToken === token) {
        throw new MlflowError('INVALID_RESPONSE', 'The server keeps answering with the same page token.')
      }
      if (typeof page.nextPageToken !== 'string') {
        throw new MlflowError('INVALID_RESPONSE', 'The server answers with a page token that is no text.')
      }
      token = page.nextPageToken
    }
  }
  return fromPages(pages)
}

/** Nothing, without asking. */
export const emptyPaged = <T>(): Paged<T> => paged(async () => ({ items: [], nextPageToken: undefined }))

/** A result that has to find something out before it can ask for its first page. */
export const deferredPaged = <T>(open: () => Promise<Paged<T>>): Paged<T> =>
  fromPages(async function* () {
    yield* (await open()).pages()
  })

const fromPages = <T>(pages: () => AsyncIterable<readonly T[]>): Paged<T> => {
  async function* items(): AsyncGenerator<T> {
    for await (const page of pages()) yield* page
  }
  return {
    [Symbol.asyncIterator]: items,
    pages,
    all: async () => {
      const all: T[] = []
      for await (const page of pages()) for (const item of page) all.push(item)
      return all
    },
  }
}
