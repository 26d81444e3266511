/** The `[default]` section of an INI file as W&B writes it, keys in lower case. */
export const parseIniDefaults = (text: string): Record<string, string> => {
  const values: Record<string, string> = {}
  let section = ''
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const heading = /^\[(.*)\]$/.exec(line)
    if (heading) {
      section = heading[1]!.trim()
      continue
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line)
    if (section === 'default' && pair) values[pair[1]!.toLowerCase()] = pair[2]!
  }
  return values
}
