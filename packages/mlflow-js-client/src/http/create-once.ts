import type { RetryHooks } from './api.js'
import { uniqueId } from './unique-id.js'

/**
 * The tag by which a thing is found again if the reply to its creation is lost. Tags beginning with `mlflow.` are
 * kept out of the list of tags in the UI.
 */
export const creationTag = 'mlflow.jsClient.creationId'

export const creationFilter = (id: string): string => `tags.\`${creationTag}\` = '${id}'`

/**
 * Creates something once, though the request may have to be sent several times: before each further attempt the
 * server is asked whether an earlier one went through after all.
 */
export const createOnce = async <T>(
  create: (id: string, hooks: RetryHooks) => Promise<T>,
  find: (id: string) => Promise<T | undefined>,
): Promise<T> => {
  const id = uniqueId()
  let found: T | undefined
  const beforeRetry = async (): Promise<void> => {
    found = await find(id)
    if (found !== undefined) throw new Error('created by an earlier attempt')
  }
  try {
    return await create(id, { beforeRetry })
  } catch (error) {
    if (found !== undefined) return found
    throw error
  }
}
