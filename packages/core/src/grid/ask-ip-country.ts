import { loadZod, zod } from '../lazy-zod.js'
import { httpGet } from '../sensors/meters/http-get.js'
import { MeterError, meterFailure } from '../sensors/meters/meter-error.js'
import { findCountry } from './find-country.js'

/** GeoJS: no key, no limit stated, https. It sees the address of whoever asks, as every such service does. */
export const IP_SERVICE = 'https://get.geojs.io/v1/ip/country.json'

/** For the whole question. */
export const IP_LIMIT_MS = 1500

/** The country, or why there is none, in words that name neither the service nor an address. */
export type IpCountry = { readonly country: string } | { readonly problem: string }

/** Of all that such services say, `{"country":"SE"}` is read; the address that was seen is not. */
const countryOf = (text: string): IpCountry => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'it answered something that is not JSON' }
  }
  const z = zod()
  const reply = z.object({ country: z.string().regex(/^[A-Z]{2}$/) }).safeParse(value)
  if (!reply.success) return { problem: 'it answered without a country of two letters' }
  const country = findCountry(reply.data.country)
  return country === undefined ? { problem: 'it named a country that no table has' } : { country }
}

/**
 * Asks a service in which country the address lies that this machine's requests come from: `IP_SERVICE`, or one of the
 * same form (`{"country":"SE"}`), such as country.is, that an institution runs itself. One request of at most 1.5
 * seconds, which follows no redirect. Never rejects.
 */
export const askIpCountry = async (service: string): Promise<IpCountry> => {
  try {
    const [reply] = await Promise.all([
      httpGet({
        url: service,
        headers: { accept: 'application/json' },
        timeoutMs: IP_LIMIT_MS,
        allowSelfSigned: false,
      }),
      loadZod(),
    ])
    return reply.status === 200 ? countryOf(reply.text) : { problem: meterFailure(`EHTTP${reply.status}`) }
  } catch (cause) {
    return { problem: cause instanceof MeterError ? meterFailure(cause.code) : 'it failed' }
  }
}
