const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  // BibTeX counts braces even where they are escaped.
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\symbol{34}',
  // After a line break a bracket would begin an argument.
  '[': '{[}',
  ']': '{]}',
  '`': '\\textasciigrave{}',
  "'": '\\textquotesingle{}',
}

/** Signs that we write ourselves, by commands that every LaTeX since 2020 knows without a package. */
const SIGNS: Readonly<Record<string, string>> = {
  '₂': '\\textsubscript{2}',
  '×': '$\\times$',
  '÷': '$\\div$',
  '–': '--',
  '—': '---',
  '…': '\\ldots{}',
  '“': '``',
  '”': "''",
  '‘': '`',
  '’': "'",
  µ: '$\\mu$',
  μ: '$\\mu$',
  '±': '$\\pm$',
  '−': '$-$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  Σ: '$\\Sigma$',
  '→': '$\\rightarrow$',
  '·': '$\\cdot$',
  '°': '$^\\circ$',
  '\u00a0': '~',
  '\u2060': '{}',
  ß: '\\ss{}',
  Ø: '\\O{}',
  ø: '\\o{}',
  Æ: '\\AE{}',
  æ: '\\ae{}',
  Œ: '\\OE{}',
  œ: '\\oe{}',
  Å: '\\AA{}',
  å: '\\aa{}',
  Ł: '\\L{}',
  ł: '\\l{}',
  ı: '\\i{}',
}

/** Accents by their combining marks. */
const ACCENTS: Readonly<Record<string, string>> = {
  '\u0300': '\\`',
  '\u0301': "\\'",
  '\u0302': '\\^',
  '\u0303': '\\~',
  '\u0304': '\\=',
  '\u0306': '\\u',
  '\u0307': '\\.',
  '\u0308': '\\"',
  '\u030a': '\\r',
  '\u030b': '\\H',
  '\u030c': '\\v',
  '\u0327': '\\c',
}

/** An accented Latin letter by its command, or undefined where there is none. */
const accented = (character: string): string | undefined => {
  const [letter, mark, ...rest] = character.normalize('NFD')
  const accent = mark === undefined ? undefined : ACCENTS[mark]
  if (!letter || !accent || rest.length > 0 || !/[A-Za-z]/.test(letter)) return undefined
  // An accent stands over the dotless letter.
  const base = mark !== '\u0327' && /[ij]/.test(letter) ? `\\${letter}` : letter
  return `${accent}{${base}}`
}

const characterText = (character: string): string => {
  const known = SPECIAL[character] ?? SIGNS[character]
  if (known !== undefined) return known
  if (/[\n\t]/.test(character)) return ' '
  if (/[ -~]/.test(character)) return character
  const letter = accented(character)
  if (letter !== undefined) return letter
  // Other scripts need fonts that a paper may not load: the code point loses nothing and compiles everywhere.
  return `{[}U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}{]}`
}

/** Two hyphens would become a dash, two commas a quotation mark: a word joiner keeps them apart. */
const LIGATURE = /([-,])(?=\1)/g

/**
 * Plain text as LaTeX that shows it as it is and compiles with pdfTeX, XeTeX and LuaTeX without any package.
 *
 * @example
 * latexText('50 % of R&D_1') // '50 \\% of R\\&D\\_1'
 */
export const latexText = (text: string): string =>
  [...text.normalize('NFC').replace(LIGATURE, '$1\u2060')].map(characterText).join('')
