/** Far more than W&B answers with; a reply is read into memory. */
export const MOST_REPLY_BYTES = 64 * 2 ** 20

export const TOO_LONG = `the reply is longer than ${MOST_REPLY_BYTES} bytes`

/** @throws for a reply that is too long to be one of W&B's. */
export const replyText = async ({ body }: Response): Promise<string> => {
  if (!body) return ''
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for (const reader = body.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > MOST_REPLY_BYTES) {
      await reader.cancel()
      throw new Error(TOO_LONG)
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** After as many, a server is one that answers so. */
const MOST_ODD_ANSWERS = 3

/**
 * Looks at the answers to one request that succeeded by their status. A page is a gateway's: what was sent has not
 * arrived, ever. Anything else but what is usual may be, too, and is worth another try, since to send twice changes
 * nothing; W&B's own client takes it for success, and so it is here when it comes again. What this gives throws for an
 * answer after which to try again.
 */
export const answerCheck = (isUsual: (text: string) => boolean): ((text: string) => void) => {
  let odd = 0
  return text => {
    const shown = text.trim().slice(0, 80)
    if (/^<(!doctype )?html/i.test(shown)) throw new SyntaxError(`a page and no answer: ${shown}`)
    if (text !== '' && !isUsual(text) && ++odd < MOST_ODD_ANSWERS)
      throw new SyntaxError(`an answer that is not W&B's: ${shown}`)
  }
}
