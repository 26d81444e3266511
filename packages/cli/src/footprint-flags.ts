import { numberFlag, type TrackingFlag, textFlag } from './tracking-flag.js'

/** What a footprint counts beyond place and building; docs/methodology.md. */
export const FOOTPRINT_FLAGS: Readonly<Record<string, TrackingFlag>> = {
  'psu-efficiency': numberFlag(
    'psuEfficiency',
    'RATIO',
    'Output of the power supply over its input: counts its loss.',
  ),
  'board-share': numberFlag(
    'boardShare',
    'RATIO',
    'Energy of board and fans over that of the measured parts.',
  ),
  'preparation-factor': numberFlag(
    'preparationFactor',
    'RATIO',
    'Energy of the preparation over that of the run.',
  ),
  wue: numberFlag('wue', 'L', 'Water usage effectiveness of the site, L/kWh.'),
  'water-intensity': numberFlag('waterIntensity', 'L', 'Water that the electricity takes, L/kWh.'),
  tariff: textFlag('tariff', 'TARIFF', 'Price, e.g. "0.31 EUR; 22:00-06:00 0.22".'),
  'market-intensity': numberFlag('marketIntensity', 'G', "Intensity by the supplier's contract, gCO2e/kWh."),
  'marginal-intensity': numberFlag('marginalIntensity', 'G', 'Marginal intensity, gCO2e/kWh.'),
  'offset-kg': numberFlag('offsetKg', 'KG', 'Offsets that were bought, kgCO2e: reported beside.'),
  'storage-gb': numberFlag('storageGb', 'GB', 'Solid-state storage, for --embodied parts.'),
  'machine-kg': numberFlag('machineKg', 'KG', 'Making of the machine, kgCO2e, where it is known.'),
  'lifetime-years': numberFlag('lifetimeYears', 'YEARS', 'How long the hardware stays in use (default: 4).'),
}
