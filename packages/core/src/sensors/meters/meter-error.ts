/** Why a meter gave no reading. Only its code is ever written down: messages of the network name hosts. */
export class MeterError extends Error {
  readonly code: string

  constructor(code: string, options?: { cause?: unknown }) {
    super(code, options)
    this.name = 'MeterError'
    this.code = code
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'it did not answer in time',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'its address cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name could not be looked up',
  EUNAUTHORISED: 'it wants other credentials (HTTP 401 or 403)',
  EREDIRECT: 'it sends elsewhere (HTTP redirect), which is not followed',
  ENOJSON: 'its answer is not JSON',
  ENOVALUE: 'its answer has no number where one was expected',
  ENOMETRIC: 'its page lacks the metric',
  EUNIT: 'it reports in a unit that is neither power nor energy',
  ENEGATIVE: 'it shows a negative number, as one that is connected backwards',
  EINACTIVE: 'it is switched off',
  ENOENT: 'its command is not installed',
  EACCES: 'this user may not ask it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'nobody vouches for its certificate (allowSelfSigned takes it anyway)',
}

/** A code in words, for the record. */
export const meterFailure = (code: string): string => {
  const status = /^EHTTP(\d+)$/.exec(code)?.[1]
  return SENTENCES[code] ?? (status ? `it answered HTTP ${status}` : `it failed (${code})`)
}

const REMEDIES: Readonly<Record<string, string>> = {
  EUNAUTHORISED: 'give username and password, or token, with the meter',
  EREDIRECT: 'give the address that it sends to as url',
  ENOJSON: 'check url: the page should be JSON',
  ENOVALUE: 'check path, channel or entity against what the address answers',
  ENOMETRIC: 'check url and metric against the page of the exporter',
  EUNIT: 'name a sensor whose unit is W or kW',
  EINACTIVE: 'switch on power measurement (ipmitool dcmi power activate)',
  ENOENT: 'install ipmitool, or give its path as command',
  EACCES: 'give this user access to /dev/ipmi0, or run as root',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'set allowSelfSigned with the meter, if you know that it is yours',
}

/** What its user can do about it. */
export const meterRemedy = (code: string): string =>
  REMEDIES[code] ??
  'ask its address from this machine with curl; check url, timeoutMs and firewalls between them'
