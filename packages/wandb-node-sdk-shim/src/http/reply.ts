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

/**
 * A page where W&B answers with JSON, and stores with nothing: a gateway's, and what was sent has not arrived.
 *
 * @throws for a page.
 */
export const refusePage = (text: string): void => {
  if (/^\s*<(!doctype )?html/i.test(text))
    throw new SyntaxError(`a page and no answer: ${text.trim().slice(0, 80)}`)
}
