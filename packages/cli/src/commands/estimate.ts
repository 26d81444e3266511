import { type EstimateOptions, estimate as estimateOf } from '@epochwatt/core/planning'
import { renderTerminalEstimate } from '@epochwatt/report'
import type { Call, Command, OptionSpec } from '../command.js'
import { type FlagNames, withFlagNames } from '../flag-names.js'
import { json } from '../json.js'
import { numberOption } from '../number-option.js'
import { JSON_OPTION } from '../store-option.js'

const NAME = 'estimate'

interface Flag extends OptionSpec {
  readonly option: keyof EstimateOptions
  readonly isNumber: boolean
}

const number = (option: keyof EstimateOptions, value: string, description: string): Flag => ({
  type: 'string',
  option,
  isNumber: true,
  value,
  description,
})
const text = (option: keyof EstimateOptions, value: string, description: string): Flag => ({
  ...number(option, value, description),
  isNumber: false,
})

const FLAGS: Readonly<Record<string, Flag>> = {
  hours: number('hours', 'H', 'Run time of one run. Required.'),
  cpu: text('cpu', 'NAME', 'CPU model, e.g. "AMD EPYC 7763".'),
  cpus: number('cpus', 'N', 'How many such CPUs (default: 1).'),
  cores: number('cores', 'N', 'Cores used of each CPU (default: all of them).'),
  'cpu-watts-per-core': number('cpuWattsPerCore', 'W', 'Watts of a core (default: design power over cores).'),
  'cpu-usage': number('cpuUsage', 'SHARE', 'Mean use of these cores, 0 to 1 (default: 1).'),
  gpu: text('gpu', 'NAME', 'Accelerator, e.g. "A100 SXM4 80GB".'),
  gpus: number('gpus', 'N', 'How many of them (default: 1).'),
  'gpu-watts': number('gpuWatts', 'W', 'Watts of one (default: its design power).'),
  'gpu-usage': number('gpuUsage', 'SHARE', 'Mean use of the accelerators, 0 to 1 (default: 1).'),
  'memory-gb': number('memoryGb', 'GB', 'Memory reserved, used or not.'),
  'memory-watts-per-gb': number('memoryWattsPerGb', 'W', 'Watts of a gigabyte (default: 0.3725).'),
  pue: number('pue', 'RATIO', 'Power usage effectiveness of the building.'),
  repeats: number('repeats', 'N', 'How many times all of it is run (default: 1).'),
  country: text('country', 'CODE', 'Country, e.g. FR.'),
  region: text('region', 'CODE', 'Region inside the country, e.g. US-CA.'),
  cloud: text('cloud', 'P:R', 'Cloud provider and region, e.g. aws:eu-north-1.'),
  instance: text('instance', 'TYPE', 'Cloud instance type, e.g. p4d.24xlarge, m5.large, n2-standard-4.'),
  intensity: number('gridIntensity', 'G', 'Carbon intensity of the electricity, gCO2e/kWh.'),
}

const FLAG_NAMES: FlagNames = Object.fromEntries(
  Object.entries(FLAGS).map(([flag, { option }]) => [flag, option]),
)

const flagOf = (option: string): string =>
  `--${Object.keys(FLAGS).find(flag => FLAGS[flag]!.option === option) ?? option}`

const optionsOf = (call: Call): EstimateOptions => {
  const given = Object.entries(FLAGS).map(([flag, { option, isNumber }]) => [
    option,
    isNumber ? numberOption(call, flag, NAME) : call.text(flag),
  ])
  // `hours` may be missing here: the estimate itself says what is accepted.
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as unknown as EstimateOptions
}

export const estimate: Command = {
  name: NAME,
  summary: 'Estimate energy and carbon of work before it is run: hardware, hours, place.',
  arguments: '',
  takes: [0, 0],
  details: [
    'Power is cores × W/core × usage + accelerators × W × usage + GB × W/GB, times PUE. What is not stated is taken',
    'from tables and listed; hardware that is not named is not counted. Only these options count: neither this machine',
    'nor EPOCHWATT_ variables are looked at.',
  ],
  options: {
    ...Object.fromEntries(
      Object.entries(FLAGS).map(([flag, { type, value, description }]) => [
        flag,
        { type, value, description } as OptionSpec,
      ]),
    ),
    'grid-intensity': {
      type: 'string',
      value: 'G',
      sameAs: 'intensity',
      description: 'Same as --intensity.',
    },
    json: JSON_OPTION,
  },
  run: (call, console) => {
    const result = withFlagNames(NAME, FLAG_NAMES, () => estimateOf(optionsOf(call)))
    console.out(
      call.flag('json')
        ? json(result)
        : renderTerminalEstimate(result, { color: console.color, width: console.width, nameOf: flagOf }),
    )
    return 0
  },
}
