/** Words that YAML would not read as text. */
const PLAIN_KEY = /^[A-Za-z_][\w./-]*$/
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i

/**
 * `config.yaml` as W&B keeps it: one block for each key. The values are JSON, which is YAML, but for the three numbers
 * that JSON lacks and YAML spells its own way.
 */
export const configYaml = (config: readonly (readonly [key: string, json: string])[]): string =>
  config
    .map(([key, json]) => {
      const name = PLAIN_KEY.test(key) && !RESERVED.test(key) ? key : JSON.stringify(key)
      const value = json.slice('{"value":'.length, -1)
      return `${name}:\n    value: ${value.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, yamlNumber)}\n`
    })
    .join('')

const yamlNumber = (token: string): string => {
  if (token.startsWith('"')) return token
  return token === 'NaN' ? '.nan' : token.startsWith('-') ? '-.inf' : '.inf'
}
