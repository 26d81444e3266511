#!/usr/bin/env node
// Imports of files that the real tools have just written: CodeCarbon with its shifted rows, and carbontracker.
//   node tools/build.mjs && node bench/real-trackers.mjs
// Needs Python 3 with venv and the Python package index; takes a few minutes. Not part of CI: import tests hold rows
// and logs of these versions. Exit 1: an import differs from what the tool itself says.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readForeignFile } from '@epochwatt/core/import'

const CODECARBON = ['3.3.0', '3.3.2']
const CARBONTRACKER = '2.4.7'
const venv = fileURLToPath(new URL('../node_modules/.cache/real-trackers', import.meta.url))
const python = join(venv, 'bin', 'python')
const folder = mkdtempSync(join(tmpdir(), 'epochwatt-real-'))

const run = (command, ...args) =>
  execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
const install = (...packages) => run(python, '-m', 'pip', 'install', '--quiet', ...packages)
const script = (name, ...lines) => {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

let failures = 0
const check = (what, found, expected, tolerance) => {
  const isGood = Math.abs(found - expected) <= tolerance * Math.abs(expected)
  if (!isGood) failures++
  console.log(`${isGood ? 'same' : 'DIFFERS'}  ${what}: ${found}, the tool says ${expected}`)
}

if (!existsSync(python)) run('python3', '-m', 'venv', venv)

for (const version of CODECARBON) {
  install(`codecarbon==${version}`)
  const out = join(folder, `codecarbon-${version}`)
  const path = script(
    `codecarbon-${version}.py`,
    'import json, os, time',
    'from codecarbon import OfflineEmissionsTracker',
    `os.makedirs(${JSON.stringify(out)}, exist_ok=True)`,
    'said = []',
    'for index, pue in enumerate([1.0, 1.5]):',
    `    tracker = OfflineEmissionsTracker(country_iso_code="FRA", project_name=f"run-{index}", measure_power_secs=1, output_dir=${JSON.stringify(out)}, log_level="error", pue=pue, allow_multiple_runs=True)`,
    '    tracker.start()',
    '    end = time.time() + 3',
    '    while time.time() < end: pass',
    '    said.append([tracker.stop(), tracker.final_emissions_data.energy_consumed])',
    'print(json.dumps(said))',
  )
  const said = JSON.parse(run(python, path).trim().split('\n').at(-1))
  const text = readFileSync(join(out, 'emissions.csv'), 'utf8')
  const { records, problems } = readForeignFile(text, 'emissions.csv')
  const cells = text
    .trim()
    .split('\n')
    .map(line => line.split(',').length)
  console.log(`codecarbon ${version}: cells by line ${cells.join(', ')}; problems ${problems.length}`)
  if (problems.length > 0 || records.length !== said.length) failures++
  for (const [index, [emissions, energy]] of said.entries()) {
    const record = records.find(({ project }) => project === `run-${index}`)
    check(`run ${index}, gCO2e`, record?.carbon.operational_g?.value ?? Number.NaN, emissions * 1000, 1e-9)
    check(`run ${index}, kWh with PUE`, record?.energy.facility_kwh?.value ?? Number.NaN, energy, 1e-6)
  }
}

install(`carbontracker==${CARBONTRACKER}`)
const logs = join(folder, 'carbontracker')
run(
  python,
  script(
    'tracker.py',
    'import os, time',
    'from carbontracker.tracker import CarbonTracker',
    `os.makedirs(${JSON.stringify(logs)}, exist_ok=True)`,
    `tracker = CarbonTracker(epochs=3, epochs_before_pred=1, monitor_epochs=3, update_interval=1, log_dir=${JSON.stringify(logs)}, components="cpu", sim_cpu="a processor", sim_cpu_tdp=150, sim_cpu_util=0.5, ignore_errors=False)`,
    'for _ in range(3):',
    '    tracker.epoch_start()',
    '    time.sleep(2)',
    '    tracker.epoch_end()',
    'tracker.stop()',
  ),
)
const logged = ending =>
  readFileSync(
    join(
      logs,
      readdirSync(logs).find(name => name.endsWith(ending)),
    ),
    'utf8',
  )
const output = logged('_carbontracker_output.log')
const [record] = readForeignFile(logged('_carbontracker.log'), 'carbontracker.log').records
const actual = output.slice(output.indexOf('Actual consumption'))
const number = pattern => Number(pattern.exec(actual)?.[1])
console.log(`carbontracker ${CARBONTRACKER}: ${record?.epochs.length} epochs`)
if (record?.epochs.length !== 3) failures++
// Durations are logged to a hundredth of a second.
check('kWh with PUE', record?.energy.facility_kwh?.value ?? Number.NaN, number(/Energy:\s+(\S+) kWh/), 0.01)
check('gCO2e', record?.carbon.operational_g?.value ?? Number.NaN, number(/CO2eq:\s+(\S+) g/), 0.01)

rmSync(folder, { recursive: true, force: true })
process.exitCode = failures > 0 ? 1 : 0
