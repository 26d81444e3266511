import { isTariff, parseTariff } from '../footprint/tariff.js'
import type { OptionDefinition, OptionName } from './definitions.js'
import { asNumber, asText, isNumber } from './value-forms.js'

const number = (name: OptionName, low: number, high: number, accepted: string): OptionDefinition => ({
  name,
  accepted,
  accepts: isNumber(low, high),
  fromText: asNumber,
})

/** What a footprint counts beyond place and building, as the table of options holds it. */
export const FOOTPRINT_OPTIONS: readonly OptionDefinition[] = [
  number('storageGb', 0, 1e7, 'a number of gigabytes from 0 to 10000000'),
  number('machineKg', 0, 1e5, 'a number of kgCO2e from 0 to 100000'),
  number('lifetimeYears', 1, 20, 'a number of years from 1 to 20'),
  number('psuEfficiency', 0.5, 1, 'a ratio from 0.5 to 1: output of the power supply over its input'),
  number('boardShare', 0, 2, 'a ratio from 0 to 2: energy of the unmeasured parts over that of the measured'),
  number(
    'preparationFactor',
    0,
    1e6,
    'a ratio from 0 to 1000000: energy of the preparation over that of a run',
  ),
  number('wue', 0, 20, 'litres per kWh of IT energy from 0 to 20'),
  number('waterIntensity', 0, 500, 'litres per kWh of electricity from 0 to 500'),
  {
    name: 'tariff',
    accepted:
      'a price and its currency, e.g. "0.31 EUR" or "0.31 EUR; 22:00-06:00 0.22; Sat-Sun 0.25; Europe/Paris", or a Tariff',
    accepts: value => (typeof value === 'string' ? parseTariff(value) !== undefined : isTariff(value)),
    fromText: asText,
  },
  number('marketIntensity', 0, 1500, 'a number of gCO2e per kWh from 0 to 1500'),
  number('marginalIntensity', 0, 1500, 'a number of gCO2e per kWh from 0 to 1500'),
  number('offsetKg', 0, 1e9, 'a number of kgCO2e from 0 to 1000000000'),
]
