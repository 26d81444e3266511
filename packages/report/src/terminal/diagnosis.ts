import type { DiagnosedSensor, Diagnosis } from '@epochwatt/core'
import { formatFactor, formatPower } from '../format/number.js'
import { gridText, locationText, pueText } from '../reading/circumstances.js'
import { SENSOR_KIND_TEXT, SENSOR_STATE_TEXT, sentence, TIER_MARK } from '../reading/wording.js'
import { type Paint, paint } from './ansi.js'
import { headed, labelled } from './labelled.js'
import { type TerminalOptions, widthOf } from './options.js'
import { printable } from './printable.js'
import { wrap } from './width.js'

const INDENT = '    '

/** `-5 % / +5 %` from factors of 0.95 and 1.05. */
const bandText = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `−${Math.round((1 - low) * 100)} % / +${Math.round((high - 1) * 100)} %`

const indented = (text: string, width: number): readonly string[] =>
  wrap(printable(text), width - INDENT.length).map(line => INDENT + line)

const usedSensor = (sensor: DiagnosedSensor, width: number, { strong }: Paint): readonly string[] => {
  const facts = [
    sensor.tier,
    SENSOR_KIND_TEXT[sensor.kind],
    ...(sensor.watts === undefined ? [] : [`${formatPower(sensor.watts)} just now`]),
    ...(sensor.band ? [`band ${bandText(sensor.band)}`] : []),
  ]
  return [
    `  ${TIER_MARK[sensor.tier]} ${strong(printable(sensor.id))}`,
    ...indented(facts.join(', '), width),
    ...(sensor.method ? indented(sentence(sensor.method), width) : []),
    ...(sensor.reason ? indented(sentence(sensor.reason), width) : []),
  ]
}

/** The commands of a remedy stand alone and unwrapped, so that they can be copied. */
const remedyLines = (remedy: string): readonly string[] =>
  remedy.split(/\r?\n/).map(line => `${INDENT}${printable(line)}`)

const unusedSensor = (sensor: DiagnosedSensor, width: number, { strong, loud }: Paint): readonly string[] => {
  const state = SENSOR_STATE_TEXT[sensor.state]
  return [
    `  - ${strong(printable(sensor.id))}  ${sensor.state === 'locked' ? loud(state) : state}`,
    ...(sensor.reason ? indented(sentence(sensor.reason), width) : []),
    ...(sensor.remedy ? remedyLines(sensor.remedy) : []),
  ]
}

const machineText = ({ machine }: Diagnosis): string =>
  [
    machine.cpuModel,
    `${machine.threads} hardware threads`,
    `${formatFactor(machine.memoryBytes / 2 ** 30)} GiB`,
    ...(machine.virtual ? ['a virtual machine'] : []),
    ...(machine.cloud
      ? [
          `rented from ${machine.cloud.provider}${machine.cloud.instanceType ? ` as ${machine.cloud.instanceType}` : ''}`,
        ]
      : []),
  ].join(', ')

const usageText = ({ usageSource, reservedShare }: Diagnosis): string =>
  [
    usageSource === undefined
      ? 'cannot be read here, so that energy cannot be shared between processes'
      : `read from ${usageSource}`,
    ...(reservedShare === undefined
      ? []
      : [`${formatFactor(reservedShare * 100)} % of the machine is reserved`]),
  ].join('; ')

/** What stands between this machine and a figure that can be trusted, and what to do about it. */
const adviceOf = (diagnosis: Diagnosis): readonly string[] => {
  const used = diagnosis.sensors.filter(sensor => sensor.state === 'used')
  return [
    ...(used.length === 0 ? ['No sensor and no model works here: energy would be unknown.'] : []),
    ...(used.length > 0 && used.every(sensor => sensor.tier !== 'measured')
      ? ['No instrument can be read: energy would be modelled, within the band shown.']
      : []),
    ...(diagnosis.placeProblem === undefined
      ? []
      : [`The service that tells the country of an IP address was no help: ${diagnosis.placeProblem}.`]),
    ...(diagnosis.grid.fallback
      ? [
          'The place is unknown: carbon would use the world average and may be off by a factor of five. Set EPOCHWATT_COUNTRY, or the option country, region, cloud or gridIntensity.',
        ]
      : []),
    ...(diagnosis.store.writable
      ? []
      : [`Runs cannot be stored: ${diagnosis.store.reason ?? diagnosis.store.dir}`]),
  ]
}

/**
 * What this machine offers, for a terminal: sensors with what each stands on, those left out with what would give
 * access to them, and the place, grid and building that a run would be computed with.
 *
 * @example
 * console.log(renderTerminalDiagnosis(await diagnose()))
 */
export const renderTerminalDiagnosis = (diagnosis: Diagnosis, options: TerminalOptions = {}): string => {
  const width = widthOf(options)
  const style = paint(options.color ?? false)
  const used = diagnosis.sensors.filter(sensor => sensor.state === 'used')
  const unused = diagnosis.sensors.filter(sensor => sensor.state !== 'used')
  const { store } = diagnosis
  return [
    style.strong('Sensors that a run would use'),
    ...(used.length > 0 ? used.flatMap(sensor => usedSensor(sensor, width, style)) : ['  none']),
    ...headed(
      'Sensors left out',
      unused.flatMap(sensor => unusedSensor(sensor, width, style)),
      style,
    ),
    ...headed(
      'What else a run would stand on',
      [
        ...labelled('  Machine', machineText(diagnosis), width, style),
        ...labelled('  CPU time', usageText(diagnosis), width, style),
        ...labelled('  Location', locationText(diagnosis.location), width, style),
        ...labelled('  Grid', gridText(diagnosis.grid), width, style),
        ...labelled('  PUE', pueText(diagnosis.pue), width, style),
        ...labelled(
          '  Store',
          `${store.dir}${store.writable ? ', writable' : ', not writable'}`,
          width,
          style,
        ),
      ],
      style,
    ),
    ...adviceOf(diagnosis).flatMap(text => [
      '',
      ...wrap(printable(text), width - 3).map((line, i) => style.loud(`${i === 0 ? '! ' : '  '} ${line}`)),
    ]),
    '',
  ].join('\n')
}
