import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPTIONS, type TrackingOptions } from './definitions.js'
import { environmentName, resolveOptions } from './resolve-options.js'

const withConfig = (text: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'epochwatt-config-'))
  writeFileSync(join(directory, 'epochwatt.config.json'), text)
  return directory
}
const nowhere = tmpdir()

describe('resolveOptions', () => {
  it('prefers argument to environment to config file, and says which it was', () => {
    const directory = withConfig('{"pue":1.4,"country":"DE","scope":"machine"}')
    const { values, sources } = resolveOptions(
      { pue: 1.1 },
      { EPOCHWATT_PUE: '1.2', EPOCHWATT_COUNTRY: 'FR' },
      directory,
    )
    expect(values).toMatchObject({ pue: 1.1, country: 'FR', scope: 'machine' })
    expect(Object.fromEntries(sources)).toEqual({ pue: 'option', country: 'environment', scope: 'config' })
  })

  it('takes names of exporters from a config file and the environment, objects from code alone', () => {
    const directory = withConfig('{"exporters":["mlflow","otlp"]}')
    expect(resolveOptions({}, {}, directory).values.exporters).toEqual(['mlflow', 'otlp'])
    const fromText = resolveOptions({}, { EPOCHWATT_EXPORTERS: 'wandb, mlflow' }, directory)
    expect(fromText.values.exporters).toEqual(['wandb', 'mlflow'])
    expect(() => resolveOptions({}, {}, withConfig('{"exporters":["mflow"]}'))).toThrow(
      /Option "exporters in epochwatt\.config\.json" is \["mflow"\]; accepted: .* or one of mlflow, wandb, otlp/,
    )
    expect(() => resolveOptions({}, { EPOCHWATT_EXPORTERS: 'mlflow,mlflow' })).toThrow(/each once/)
  })

  it('names every option in the environment by one rule', () => {
    expect(environmentName('samplingIntervalMs')).toBe('EPOCHWATT_SAMPLING_INTERVAL_MS')
    expect(environmentName('gridIntensity')).toBe('EPOCHWATT_GRID_INTENSITY')
  })

  it.each<[TrackingOptions, string]>([
    [{ pue: 0.9 }, 'Option "pue" is 0.9; accepted: a ratio from 1 to 5.'],
    [{ pue: -1 }, 'Option "pue" is -1; accepted: a ratio from 1 to 5.'],
    [
      { samplingIntervalMs: 1 },
      'Option "samplingIntervalMs" is 1; accepted: a number of milliseconds from 50 to 60000.',
    ],
    [
      { gridIntensity: Number.NaN },
      'Option "gridIntensity" is NaN; accepted: a number of gCO2e per kWh from 0 to 1500 (lb/MWh × 0.45359237), or a whole GridIntensity of kind "average".',
    ],
    [{ scope: 'thread' as 'process' }, 'Option "scope" is "thread"; accepted: "process" or "machine".'],
  ])('refuses %o', (options, message) => {
    expect(() => resolveOptions(options, {}, nowhere)).toThrow(message)
  })

  it('names the variable when the environment is wrong', () => {
    expect(() => resolveOptions({}, { EPOCHWATT_PUE: 'lots' }, nowhere)).toThrow(
      'Option "EPOCHWATT_PUE" is "lots"; accepted: a ratio from 1 to 5.',
    )
    expect(() => resolveOptions({}, { EPOCHWATT_EMBODIED: 'perhaps' }, nowhere)).toThrow(
      'Option "EPOCHWATT_EMBODIED" is "perhaps"; accepted: true, false or "parts".',
    )
  })

  it('guesses what a misspelt option meant', () => {
    expect(() => resolveOptions({ contry: 'FR' } as TrackingOptions, {}, nowhere)).toThrow(
      'Unknown option "contry". Did you mean "country"?',
    )
  })

  it.each([
    ['{"pue":', /epochwatt\.config\.json is not JSON/],
    ['[1]', /must hold one JSON object/],
    ['{"puee":1}', 'Unknown option "puee" in epochwatt.config.json. Did you mean "pue"?'],
    ['{"pue":"high"}', 'Option "pue in epochwatt.config.json" is "high"; accepted: a ratio from 1 to 5.'],
  ])('refuses the config file %s', (text, message) => {
    expect(() => resolveOptions({}, {}, withConfig(text))).toThrow(message)
  })

  it('gives every option a text that fits its own form', () => {
    for (const { accepted } of OPTIONS) expect(accepted).toMatch(/^[a-z"].*[^.]$/)
  })
})
