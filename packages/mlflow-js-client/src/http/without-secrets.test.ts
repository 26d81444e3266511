import { expect, it } from 'vitest'
import { withoutSecrets } from './without-secrets.js'

it.each([
  ['authorization', 'Bearer dapi-12345', 'who is dapi-12345?', 'who is ***?'],
  ['authorization', `Basic ${btoa('ada:s3cret:word')}`, 's3cret:word is wrong', '*** is wrong'],
  ['authorization', `Basic ${btoa('ada:s3cret')}`, `Basic ${btoa('ada:s3cret')}: no`, '***: no'],
  ['x-gateway-key', 'k-123456', '{"got":"k-123456"}', '{"got":"***"}'],
  ['cookie', 'session=abcdef', 'session=abcdef expired', '*** expired'],
  // Neither secrets nor words of any sentence are touched.
  ['accept', 'application/json', 'application/json only', 'application/json only'],
  ['x-token', 'no', 'no, not now', 'no, not now'],
])('%s: %s is not in what a server says', (name, value, said, kept) => {
  expect(withoutSecrets(said, new Headers({ [name]: value }))).toBe(kept)
})
