/**
 * The colours of pages and charts by day and by night. Two accents (blue for energy, umber for carbon); the series `s1`
 * to `s8` tell runs and parts apart, each at least 3 : 1 against the paper (WCAG 2.2, 1.4.11).
 */
export const LIGHT = {
  paper: '#fcfcfb',
  raised: '#f2f4f4',
  ink: '#16202a',
  soft: '#4d5b66',
  hair: '#d3dadd',
  'strong-hair': '#16202a',
  energy: '#12618c',
  'energy-soft': '#12618c30',
  carbon: '#93480f',
  'carbon-soft': '#93480f30',
  shade: '#1b4f6d12',
  'loud-paper': '#fdeed3',
  'loud-ink': '#5a3300',
  'loud-edge': '#c26a00',
  focus: '#12618c',
  edge: '#16202a2e',
  s1: '#12618c',
  s2: '#b4560f',
  s3: '#2c7a4b',
  s4: '#7a4fa3',
  s5: '#b02a4c',
  s6: '#0e7c84',
  s7: '#8a6d00',
  s8: '#5b6670',
} as const

export type Palette = Readonly<Record<keyof typeof LIGHT, string>>

export const DARK: Palette = {
  paper: '#11171c',
  raised: '#1a2228',
  ink: '#e4eaee',
  soft: '#a3b2bd',
  hair: '#303c45',
  'strong-hair': '#8fa0ac',
  energy: '#6cbbe6',
  'energy-soft': '#6cbbe63a',
  carbon: '#e3a569',
  'carbon-soft': '#e3a5693a',
  shade: '#9fd0ee12',
  'loud-paper': '#38290e',
  'loud-ink': '#ffdfae',
  'loud-edge': '#e6a23c',
  focus: '#6cbbe6',
  edge: '#0009',
  s1: '#6cbbe6',
  s2: '#e89b55',
  s3: '#7ccf9b',
  s4: '#c3a1ea',
  s5: '#f08a9c',
  s6: '#63cfd3',
  s7: '#d9bf4f',
  s8: '#a9b6c0',
}

/** Ink on white, and no tinted grounds. */
export const PRINT: Palette = {
  ...LIGHT,
  paper: '#fff',
  ink: '#000',
  soft: '#444',
  hair: '#ccc',
  'strong-hair': '#000',
  'loud-paper': '#fff',
  'loud-ink': '#000',
}

/** The palette as custom properties. */
export const cssColors = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, color]) => `--${name}: ${color};`)
    .join(' ')
