import type { TrackingOptions } from '@epochwatt/core'
import type { OptionSpec } from './command.js'

interface FootprintFlag extends OptionSpec {
  readonly option: keyof TrackingOptions
  readonly isNumber?: true
}

const number = (option: keyof TrackingOptions, value: string, description: string): FootprintFlag => ({
  type: 'string',
  option,
  isNumber: true,
  value,
  description,
})

/** What a footprint counts beyond place and building; docs/methodology.md. */
export const FOOTPRINT_FLAGS: Readonly<Record<string, FootprintFlag>> = {
  'psu-efficiency': number(
    'psuEfficiency',
    'RATIO',
    'Output of the power supply over its input: counts its loss.',
  ),
  'board-share': number('boardShare', 'RATIO', 'Energy of board and fans over that of the measured parts.'),
  'preparation-factor': number(
    'preparationFactor',
    'RATIO',
    'Energy of the preparation over that of the run.',
  ),
  wue: number('wue', 'L', 'Water usage effectiveness of the site, L/kWh.'),
  'water-intensity': number('waterIntensity', 'L', 'Water that the electricity takes, L/kWh.'),
  tariff: {
    type: 'string',
    option: 'tariff',
    value: 'TARIFF',
    description: 'Price, e.g. "0.31 EUR; 22:00-06:00 0.22".',
  },
  'market-intensity': number('marketIntensity', 'G', "Intensity by the supplier's contract, gCO2e/kWh."),
  'marginal-intensity': number('marginalIntensity', 'G', 'Marginal intensity, gCO2e/kWh.'),
  'offset-kg': number('offsetKg', 'KG', 'Offsets that were bought, kgCO2e: reported beside.'),
  'storage-gb': number('storageGb', 'GB', 'Solid-state storage, for EPOCHWATT_EMBODIED=parts.'),
  'machine-kg': number('machineKg', 'KG', 'Making of the machine, kgCO2e, where it is known.'),
  'lifetime-years': number('lifetimeYears', 'YEARS', 'How long the hardware stays in use (default: 4).'),
}
