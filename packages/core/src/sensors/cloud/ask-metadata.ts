import { type HttpGet, httpGet } from '../meters/http-get.js'
import type { CloudIdentity } from './cloud-identity.js'

/** The address that all three give their guests; it leaves the host by no wire. */
const LINK_LOCAL = 'http://169.254.169.254'

/** For all questions together. Where nobody listens, packets vanish without an answer. */
const BUDGET_MS = 300

interface Question {
  readonly base: string
  readonly untilMs: number
}

const ask = async (
  { base, untilMs }: Question,
  path: string,
  headers: Readonly<Record<string, string>>,
  method: HttpGet['method'] = 'GET',
) => {
  const timeoutMs = Math.max(1, Math.ceil(untilMs - performance.now()))
  const reply = await httpGet({ url: `${base}${path}`, headers, timeoutMs, method, allowSelfSigned: false })
  if (reply.status !== 200) throw new Error(`HTTP ${reply.status}`)
  return reply
}

/** What a service may answer: other text, such as the page of a captive portal, is not taken. */
const word = (text: string): string => {
  if (!/^[\w.-]{2,64}$/.test(text.trim())) throw new Error('no plain word')
  return text.trim()
}

/** Version 2 of Amazon's service: a token first, since version 1 is often switched off. */
const askAws = async (question: Question): Promise<CloudIdentity> => {
  const lifetime = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
  const { text: token } = await ask(question, '/latest/api/token', lifetime, 'PUT')
  const headers = { 'x-aws-ec2-metadata-token': token.trim() }
  const [type, region] = await Promise.all([
    ask(question, '/latest/meta-data/instance-type', headers),
    ask(question, '/latest/meta-data/placement/region', headers),
  ])
  return { provider: 'aws', instanceType: word(type.text), region: word(region.text) }
}

const askGcp = async (question: Question): Promise<CloudIdentity> => {
  const headers = { 'metadata-flavor': 'Google' }
  const [type, zone] = await Promise.all([
    ask(question, '/computeMetadata/v1/instance/machine-type', headers),
    ask(question, '/computeMetadata/v1/instance/zone', headers),
  ])
  if (zone.headers['metadata-flavor'] !== 'Google') throw new Error('another service')
  // `projects/123/zones/europe-west4-b`: of the number of the project nothing is kept.
  const last = (text: string): string => word(text.slice(text.lastIndexOf('/') + 1))
  return { provider: 'gcp', instanceType: last(type.text), region: last(zone.text).replace(/-[a-z]$/, '') }
}

const askAzure = async (question: Question): Promise<CloudIdentity> => {
  const { text } = await ask(question, '/metadata/instance/compute?api-version=2021-02-01', {
    metadata: 'true',
  })
  const { location, vmSize } = JSON.parse(text) as { readonly location: string; readonly vmSize: string }
  return { provider: 'azure', instanceType: word(String(vmSize)), region: word(String(location)) }
}

const SERVICES: Readonly<Record<string, (question: Question) => Promise<CloudIdentity>>> = {
  aws: askAws,
  gcp: askGcp,
  azure: askAzure,
}

export interface MetadataQuestion {
  /** Whom the firmware names; all are asked at once where it names nobody. */
  readonly provider?: string
  /** Where the service is, if not at the link-local address. */
  readonly base?: string
}

/**
 * Asks the metadata service of a rented machine what and where it is: Amazon's (version 2), Google's and Azure's, in
 * parallel, 300 ms for everything. Only for those who allowed it: it is a network request, if one that never leaves the
 * host. Undefined when nobody answers; never rejects.
 */
export const askMetadata = async ({
  provider,
  base = LINK_LOCAL,
}: MetadataQuestion): Promise<CloudIdentity | undefined> => {
  const question = { base: base.replace(/\/+$/, ''), untilMs: performance.now() + BUDGET_MS }
  const services = Object.entries(SERVICES).filter(([name]) => provider === undefined || name === provider)
  try {
    return await Promise.any(services.map(([, service]) => service(question)))
  } catch {
    return undefined
  }
}
