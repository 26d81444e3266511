import type { Refusal } from '@epochwatt/core'
import { MlflowBatchError, MlflowError } from 'mlflow-js-client'

/** What a server says of a thing that it does not take. */
const ITEM_STATUSES: readonly (number | undefined)[] = [400, 413]
/** What it says of a route that it does not have. */
const ROUTE_STATUSES: readonly (number | undefined)[] = [404, 501, 503]
const CODES: readonly string[] = ['INVALID_PAYLOAD', 'UNSUPPORTED_ARTIFACT_ROOT']

/** Refused as it is, whatever the state of the run, the caller and the server. */
const isAboutItem = ({ isRetryable, status, errorCode, message }: MlflowError): boolean =>
  !isRetryable &&
  (ITEM_STATUSES.includes(status) || ROUTE_STATUSES.includes(status) || CODES.includes(errorCode)) &&
  errorCode !== 'RESOURCE_DOES_NOT_EXIST' &&
  !message.includes("must be in the 'active' state")

/** Collects what MLflow refuses for good, so that one bad item holds up nothing else. */
export class Refusals {
  readonly #items = new Map<string, Refusal>()

  get list(): readonly Refusal[] {
    return [...this.#items.values()]
  }

  /**
   * Sends metrics, params or tags, and takes refusals of single ones for an answer. That the route is not there is none:
   * every server has it, and a gateway's 404 will pass.
   *
   * @param item What it is about, where the error does not say.
   * @throws every other error.
   */
  async ofBatch(item: string, send: () => Promise<void>): Promise<void> {
    try {
      await send()
    } catch (error) {
      if (error instanceof MlflowBatchError) {
        for (const { kind, key, step, error: cause } of error.rejected) {
          this.#add(`${kind} "${key}"${step === undefined ? '' : ` at step ${step}`}`, cause.message)
        }
      } else if (
        error instanceof MlflowError &&
        isAboutItem(error) &&
        !ROUTE_STATUSES.includes(error.status)
      ) {
        this.#add(item, error.message)
      } else throw error
    }
  }

  /**
   * Sends something that not every server takes, and takes its refusal for an answer.
   *
   * @param item What it is.
   * @throws every other error.
   */
  async of(item: string, send: () => Promise<void>): Promise<void> {
    try {
      await send()
    } catch (error) {
      if (error instanceof MlflowError && isAboutItem(error)) this.#add(item, error.message)
      else throw error
    }
  }

  #add(item: string, reason: string): void {
    this.#items.set(item, { item, reason })
  }
}
