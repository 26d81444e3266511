/** The sections of an INI file, as Python's configparser reads the simple ones. */
export const parseIni = (text: string): ReadonlyMap<string, ReadonlyMap<string, string>> => {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  for (const rawLine of text.split(/\r?\n/)) {
    const line = rawLine.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const heading = /^\[(.+)\]$/.exec(line)
    if (heading?.[1] !== undefined) {
      section = sections.get(heading[1]) ?? new Map()
      sections.set(heading[1], section)
      continue
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line)
    if (pair?.[1] !== undefined) section?.set(pair[1].toLowerCase(), pair[2] ?? '')
  }
  return sections
}
