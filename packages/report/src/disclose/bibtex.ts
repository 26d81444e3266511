import type { DisclosedRuns } from './disclosed-runs.js'
import { latexText } from './latex-text.js'

const field = (name: string, value: string): string => `  ${name.padEnd(7)} = {${value}},`

/**
 * One entry for the software by which the runs were recorded, by its versions. `@software` is an entry type of
 * BibLaTeX; classic BibTeX styles take it for `@misc`.
 */
export const bibtexOf = ({ software, methodologies, period }: DisclosedRuns): string => {
  const versions = software.filter(({ name }) => name === 'epochwatt').map(({ version }) => version)
  const note = [
    // Classic styles do not show the field of the version.
    ['npm package @epochwatt/core', ...versions].join(' '),
    ...methodologies.map(({ version, data_version }) => `methodology ${version}, data ${data_version}`),
    ...(period ? [`used until ${period.to.slice(0, 10)}`] : []),
  ].join('; ')
  return [
    '@software{epochwatt,',
    field('author', '{The epochwatt authors}'),
    field('title', '{epochwatt: energy and carbon of machine-learning runs}'),
    ...(versions.length > 0 ? [field('version', latexText(versions.join(', ')))] : []),
    field('note', latexText(note)),
    '}',
    '',
  ].join('\n')
}
