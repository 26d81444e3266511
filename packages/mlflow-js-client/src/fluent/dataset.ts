import type { DatasetInput } from '../entities/dataset.js'

/** A dataset to record; what is not given is derived. */
export interface DatasetDescription {
  readonly name: string
  /** Where the data comes from: an address or a path; or any object, written as JSON. */
  readonly source: string | object
  /** Default: `http` for web addresses, the scheme of any other address, else `local`. */
  readonly sourceType?: string
  /** Default: made from source, schema and profile, so that another version of the data looks different. */
  readonly digest?: string
  /** Written as JSON. */
  readonly schema?: object
  /** Such as `{ num_rows: 60000 }`. Written as JSON. */
  readonly profile?: object
}

const schemeOf = (source: string | object): string => {
  const scheme =
    typeof source === 'string' ? /^([a-z][a-z0-9+.-]+):/i.exec(source)?.[1]?.toLowerCase() : undefined
  return scheme === 'https' ? 'http' : (scheme ?? 'local')
}

/** 64-bit FNV-1a: a fingerprint, not a proof. `crypto.subtle` is absent from pages served over plain http. */
const fingerprint = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}

export const datasetInputOf = (
  description: DatasetDescription,
  usage: Omit<DatasetInput, 'dataset'>,
): DatasetInput => {
  const { name, source: from } = description
  const source = JSON.stringify(typeof from === 'string' ? { uri: from } : from)
  const schema = description.schema && JSON.stringify(description.schema)
  const profile = description.profile && JSON.stringify(description.profile)
  return {
    dataset: {
      name,
      source,
      sourceType: description.sourceType ?? schemeOf(from),
      digest: description.digest ?? fingerprint([source, schema, profile].join('\n')),
      schema,
      profile,
    },
    ...usage,
  }
}
