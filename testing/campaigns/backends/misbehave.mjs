// What a backend's proxy can be made to do, by name, and how it is made well again.

import { sources } from './real-servers.mjs'

const { NAMED_FAULTS } = sources

export const FAULTS = ['down', 'TLS failure', ...Object.keys(NAMED_FAULTS)]

/** A name for each request its own fault, or none. Hanging ones are rare: each stops its lane for minutes. */
const MIXED = [
  ...[
    '429',
    '500',
    'reset after commit',
    'half an answer',
    'dropped connection',
    'garbage',
    'redirect loop',
  ].map(name => NAMED_FAULTS[name]),
  { kind: 'huge', bytes: 20e6 },
  { kind: 'delay', ms: 300 },
]

export const misbehave = async (proxy, fault, { untrusted, random }) => {
  if (fault === 'down') await proxy.down()
  else if (fault === 'TLS failure') proxy.present(untrusted)
  else if (fault === 'mixed') {
    proxy.plan = () => (random() < 0.5 ? MIXED[Math.floor(random() * MIXED.length)] : undefined)
  } else proxy.plan = () => NAMED_FAULTS[fault]
}

export const recover = async (proxy, fault, { trusted }) => {
  proxy.plan = () => undefined
  if (fault === 'down') await proxy.up()
  if (fault === 'TLS failure') proxy.present(trusted)
}
