/** Markup that is safe to put into a page as it is. Only `html` makes it. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

type Interpolation = string | number | Html | undefined | false | readonly Interpolation[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Controls that HTML forbids even as references, and those that reverse the direction of writing beyond their own
 * text. Line breaks and tabs stay.
 */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

const escapeText = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, character => ESCAPES[character]!)

const render = (value: Interpolation): string => {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'object') return value.map(render).join('')
  return escapeText(String(value))
}

/**
 * Template for HTML and inline SVG. Every interpolated text is escaped, so that what a record says can never become
 * markup; nested templates are inserted as they are, `undefined` and `false` as nothing.
 *
 * Attribute values must be quoted, and no interpolation may stand in a tag name, a style or a URL.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Interpolation[]): Html =>
  new Html(strings.reduce((markup, text, i) => markup + render(values[i - 1]) + text))
