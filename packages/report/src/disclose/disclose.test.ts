import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Quantity, RunRecord } from '@epochwatt/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { DISCLOSURE_FORMATS, type DiscloseOptions, disclose } from './disclose.js'
import { disclosedRuns } from './disclosed-runs.js'
import { latexText } from './latex-text.js'

const twice = (quantity: Quantity | undefined): Quantity => ({
  ...quantity!,
  value: quantity!.value * 2,
  low: quantity!.low * 2,
  high: quantity!.high * 2,
})

const { operational_g, embodied_g, total_g } = measuredLaptop.carbon
const wide = scaledLaptop('wide', 2, {
  carbon: { operational_g: twice(operational_g), embodied_g: twice(embodied_g), total_g: twice(total_g) },
})
const project: readonly RunRecord[] = [measuredLaptop, wide, failedEarly]
const text = (options: DiscloseOptions, records = project) => disclose(records, options)
const golden = (name: string) => join('golden', name)

const kwh = (records: readonly RunRecord[], bound: 'value' | 'low' | 'high' = 'value') =>
  records.reduce((sum, { energy }) => sum + energy.total_kwh![bound], 0)

describe('the sums of a disclosure', () => {
  const runs = disclosedRuns(project)

  it('are over all runs, failed ones included, with bounds added up', () => {
    expect(runs.runs).toEqual({ all: 3, by_status: { finished: 2, failed: 1 } })
    for (const bound of ['value', 'low', 'high'] as const)
      expect(runs.energy.total_kwh![bound]).toBeCloseTo(kwh(project, bound), 12)
    expect(runs.energy.unfinished_kwh!.value).toBeCloseTo(kwh([failedEarly]), 12)
    expect(runs.carbon.operational_g!.value).toBeCloseTo(
      project.reduce((sum, { carbon }) => sum + carbon.operational_g!.value, 0),
      12,
    )
    expect(runs.energy.measured_share).toBeCloseTo(measuredLaptop.energy.measured_share!, 9)
  })

  it('leave unknown figures out and count the runs that they are of', () => {
    const { energy, carbon } = disclosedRuns([measuredLaptop, unknownEnergy])
    expect(energy.total_kwh!.value).toBe(measuredLaptop.energy.total_kwh!.value)
    expect(energy.unknown_runs).toBe(1)
    expect(carbon.unknown_runs).toBe(1)
    expect(text({ format: 'markdown' }, [measuredLaptop, unknownEnergy])).toContain(
      'The energy of 1 run is unknown and in no sum',
    )
    expect(disclosedRuns([unknownEnergy]).energy.total_kwh).toBeUndefined()
  })

  it('never add carbon of different basis or kind', () => {
    const direct = scaledLaptop('direct', 1, { grid: { ...measuredLaptop.grid, basis: 'direct' } })
    const { carbon, energy } = disclosedRuns([measuredLaptop, direct])
    expect(energy.total_kwh!.value).toBeCloseTo(2 * kwh([measuredLaptop]), 12)
    expect(carbon.operational_g).toBeUndefined()
    expect(carbon.reason).toContain('basis lifecycle and direct')
    expect(text({ format: 'markdown' }, [measuredLaptop, direct])).toContain('Emissions are not summed')
    expect(() => text({ format: 'modelcard' }, [measuredLaptop, direct])).toThrow(/must not be added/)
    expect(() => text({ format: 'sci' }, [measuredLaptop, direct])).toThrow(/must not be added/)
  })

  it('weight the intensity of a grid that changed between runs by energy', () => {
    const { g_per_kwh } = measuredLaptop.grid
    const dirty = scaledLaptop('dirty', 3, {
      grid: { ...measuredLaptop.grid, g_per_kwh: { ...g_per_kwh, value: g_per_kwh.value * 2 } },
    })
    const [grid] = disclosedRuns([measuredLaptop, dirty]).grids
    expect(grid!.runs).toBe(2)
    expect(grid!.g_per_kwh.value).toBeCloseTo((g_per_kwh.value * (1 + 3 * 2)) / 4, 9)
  })

  it('do not count as missing what is inside another figure', () => {
    const components = {
      ...measuredLaptop.energy.components,
      memory: { reason: 'contained in the cpu figure: model/cpu covers it' },
    }
    const { not_counted } = disclosedRuns([
      { ...measuredLaptop, energy: { ...measuredLaptop.energy, components } },
    ])
    expect(not_counted.map(({ component }) => component)).toEqual(['gpu', 'other'])
  })
})

describe('a statement', () => {
  it('for a paper is as agreed, in Markdown', async () => {
    await expect(text({ format: 'markdown' })).toMatchFileSnapshot(golden('project.md'))
  })

  it('for a paper is as agreed, in LaTeX', async () => {
    await expect(text({ format: 'latex' })).toMatchFileSnapshot(golden('project.tex'))
  })

  it('of runs in an unknown place without an instrument is as agreed', async () => {
    await expect(text({ format: 'markdown' }, [modelledVm])).toMatchFileSnapshot(golden('unknown-place.md'))
  })

  it('keeps offsets apart, and only where they are stated', () => {
    const plain = text({ format: 'markdown' })
    const offset = text({ format: 'markdown', offsets: '2 t were bought.' })
    expect(plain).not.toMatch(/offset/i)
    const paragraph = offset.split('\n').find(line => line.startsWith('Offsets'))!
    expect(paragraph).toBe(
      'Offsets, as stated by the authors: 2 t were bought. They are no part of the figures above and make none of them smaller.',
    )
    expect(offset.replace(`${paragraph}\n\n`, '')).toBe(plain)
  })
})

describe('the software entry', () => {
  it('is as agreed', async () => {
    await expect(text({ format: 'bibtex' })).toMatchFileSnapshot(golden('software.bib'))
  })
})

describe('a model card', () => {
  it('is as agreed', async () => {
    await expect(text({ format: 'modelcard', trainingType: 'pre-training' })).toMatchFileSnapshot(
      golden('model-card.yaml'),
    )
  })

  it('gives grams of operational emissions, and no key for what nobody stated', () => {
    const card = text({ format: 'modelcard' }, [modelledVm])
    const emissions = Number(/emissions: (.*)/.exec(card)![1])
    expect(Math.abs(emissions / modelledVm.carbon.operational_g!.value - 1)).toBeLessThan(0.05)
    expect(card).not.toContain('training_type')
    expect(card).not.toContain('geographical_location')
    expect(card).toContain('order of magnitude')
  })

  it('takes a location instead of that of the records', () => {
    expect(text({ format: 'modelcard', geographicalLocation: 'Grenoble, France' })).toContain(
      'geographical_location: "Grenoble, France"',
    )
  })

  it('refuses to name a figure that is unknown', () => {
    expect(() => text({ format: 'modelcard' }, [unknownEnergy])).toThrow(/the carbon of no run is known/)
  })
})

describe('an SCI score', () => {
  const score = (records: readonly RunRecord[], functionalUnit?: DiscloseOptions['functionalUnit']) =>
    JSON.parse(text({ format: 'json', functionalUnit }, records)).sci

  it('is ((E × I) + M) per R', () => {
    const sci = score(project)
    const { energy_kwh, g_per_kwh, embodied_g, per, score_g } = sci
    expect(per).toMatchObject({ unit: 'run', count: 3 })
    expect(score_g.value).toBeCloseTo((energy_kwh.value * g_per_kwh + embodied_g.value) / 3, 12)
    expect(energy_kwh.value).toBeCloseTo(kwh(project) * measuredLaptop.pue.value, 12)
  })

  it('is per epoch that ran to its end, or per unit of the authors', () => {
    const total = score(project).score_g.value * 3
    expect(score(project, 'epoch').score_g.value).toBeCloseTo(total / 12, 12)
    expect(score(project, 'epoch').per.count).toBe(12)
    const own = score(project, { unit: '1000 samples', count: 480 })
    expect(own.score_g.value).toBeCloseTo(total / 480, 12)
    expect(own.per.counted).toBe('480 × 1000 samples, as stated by the authors')
  })

  it('is as agreed', async () => {
    await expect(text({ format: 'sci', functionalUnit: 'epoch' })).toMatchFileSnapshot(golden('sci.txt'))
  })

  it('is none where a part is missing, and says which', () => {
    expect(score([modelledVm]).reason).toBe('M is missing: embodied carbon of 1 of 1 runs was not counted')
    expect(score([failedEarly], 'epoch').reason).toBe('R is 0: no epoch was recorded')
    expect(score([measuredLaptop, unknownEnergy]).reason).toContain('of 1 of 2 runs is unknown')
    const residual = scaledLaptop('r', 1, { grid: { ...measuredLaptop.grid, kind: 'residual' } })
    expect(score([residual]).reason).toContain('market-based')
    expect(() => text({ format: 'sci' }, [modelledVm])).toThrow(/M is missing/)
  })

  it.each([
    { unit: ' ', count: 1 },
    { unit: 'sample', count: 0 },
    { unit: 'sample', count: Number.NaN },
  ])('refuses the unit %j', functionalUnit => {
    expect(() => text({ format: 'sci', functionalUnit })).toThrow(
      /"functionalUnit" is .*accepted: "run", "epoch"/,
    )
  })
})

describe('options', () => {
  it('that are wrong are named with what is accepted', () => {
    expect(() => text({ format: 'pdf' as never })).toThrow(/"format" is "pdf"; accepted: markdown, latex/)
    expect(() => text({ format: 'modelcard', trainingType: 'long' as never })).toThrow(/pre-training/)
    expect(() => text({ format: 'json' }, [])).toThrow(/no runs to disclose/)
  })
})

describe('hostile texts', () => {
  const hostile = [recordSaying(PAYLOAD), { ...recordSaying(`a|b_c*d\`e[f](g)${'$x$'}`), id: 'b' }]

  it.each(DISCLOSURE_FORMATS)('bring no control into %s', format => {
    const boamps = {
      taskFamily: PAYLOAD,
      algorithmName: PAYLOAD,
      dataType: 'image',
      infraType: 'other',
    } as const
    const described = hostile.map(record => ({ ...record, hardware: { cpu_model: PAYLOAD } }))
    const options = { format, boamps, offsets: PAYLOAD, geographicalLocation: PAYLOAD }
    const result = text(options, described)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(result).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })

  it('bring no markup into Markdown', () => {
    const result = text({ format: 'markdown', offsets: PAYLOAD }, hostile)
    expect(result).not.toMatch(/(?<!\\)[<>`*[\]$]/)
    expect(result.split('\n').filter(line => line.startsWith('| Run'))).toHaveLength(2)
  })

  it('stay inside their string in a model card', () => {
    const card = text({ format: 'modelcard', geographicalLocation: PAYLOAD }, hostile)
    const lines = card.trimEnd().split('\n')
    expect(lines.slice(0, 2)).toEqual(['---', 'co2_eq_emissions:'])
    for (const line of lines.slice(3, -1))
      expect(() => JSON.parse(line.replace(/^ {2}\w+: /, ''))).not.toThrow()
  })
})

const engine = ['pdflatex', 'xelatex', 'lualatex'].find(name => spawnSync(name, ['--version']).status === 0)

describe('LaTeX', () => {
  const folder = mkdtempSync(join(tmpdir(), 'epochwatt-latex-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Compiles without any package; the log is empty where it went well. */
  const problemsOf = (body: string): string => {
    const document = `\\documentclass{article}\n\\begin{document}\n${body}\n\\end{document}\n`
    writeFileSync(join(folder, 'paper.tex'), document)
    const { status, stdout } = spawnSync(
      engine!,
      ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'paper.tex'],
      { cwd: folder, encoding: 'utf8', timeout: 60_000 },
    )
    return status === 0 ? '' : stdout
  }

  it('keeps every character of ours and of Latin scripts, and names the others', () => {
    expect(latexText('R&D_1 50 % #2 {x} ~^\\$')).toBe(
      'R\\&D\\_1 50 \\% \\#2 \\textbraceleft{}x\\textbraceright{} \\textasciitilde{}\\textasciicircum{}\\textbackslash{}\\$',
    )
    expect(latexText('gCO₂e × 3 – 4')).toBe('gCO\\textsubscript{2}e $\\times$ 3 -- 4')
    expect(latexText('Besançon, Škoda, Malmö, naïve')).toBe(
      'Besan\\c{c}on, \\v{S}koda, Malm\\"{o}, na\\"{\\i}ve',
    )
    expect(latexText('日')).toBe('{[}U+65E5{]}')
    expect(latexText('a--b')).toBe('a-{}-b')
  })

  it('is plain ASCII, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), value => {
        expect(latexText(value.replace(/\p{Cc}/gu, ''))).toMatch(/^[ -~]*$/)
      }),
    )
  })

  it.skipIf(engine === undefined)(
    `of a disclosure compiles${engine ? ` (${engine})` : ': skipped, no TeX engine is installed'}`,
    () => {
      expect(problemsOf(text({ format: 'latex' }))).toBe('')
      expect(problemsOf(text({ format: 'latex', offsets: 'none' }, [modelledVm, unknownEnergy]))).toBe('')
    },
    120_000,
  )

  it.skipIf(engine === undefined)(
    `of every character and of hostile texts compiles${engine ? '' : ': skipped, no TeX engine is installed'}`,
    () => {
      const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
      const latin = Array.from({ length: 0x180 - 0xa1 }, (_, i) => String.fromCharCode(0xa1 + i)).join(' ')
      expect(
        problemsOf(latexText(`${ascii} ${latin} 日本 👩‍👩‍👧 “q” ‘q’ µ μ ± − ≤ ≥ Σ → · ° … — a--b,,c`)),
      ).toBe('')
      expect(problemsOf(text({ format: 'latex', offsets: PAYLOAD }, [recordSaying(PAYLOAD)]))).toBe('')
    },
    120_000,
  )
})
