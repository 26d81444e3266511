import { expect, it } from 'vitest'
import { limitReplies } from './limit-replies.js'

const answering = (text: string, status = 200) =>
  limitReplies(async () => new Response(status === 204 ? null : text, { status }), 10)

it('passes on replies up to the limit, and breaks off longer ones', async () => {
  const url = 'http://mlflow/api'
  expect(await (await answering('0123456789')(url, {})).text()).toBe('0123456789')
  expect((await answering('', 204)(url, {})).status).toBe(204)
  await expect((await answering('0123456789a')(url, {})).text()).rejects.toMatchObject({
    errorCode: 'INVALID_RESPONSE',
    isRetryable: true,
    message: expect.stringContaining('/api answered 200 with more than 10 bytes'),
  })
})
