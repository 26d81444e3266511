/**
 * The password that a netrc file holds for `machine`, which for W&B is host *and port*. The file is a list of words;
 * comments and `macdef` bodies are stepped over.
 */
export const netrcPassword = (text: string, machine: string): string | undefined => {
  const withoutMacros = text.replace(/^\s*macdef\s[\s\S]*?(?:\n\s*\n|$(?![\s\S]))/gm, '\n')
  const words = withoutMacros
    .split(/\r?\n/)
    .flatMap(line => line.replace(/(^|\s)#.*$/, '').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [])
    .map(word => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word))
  let inside = false
  for (let index = 0; index < words.length; index++) {
    const word = words[index]
    if (word === 'machine') inside = words[++index] === machine
    else if (word === 'default') inside = false
    else if (word === 'login' || word === 'account') index++
    else if (word === 'password') {
      const password = words[++index]
      if (inside) return password
    }
  }
  return undefined
}
