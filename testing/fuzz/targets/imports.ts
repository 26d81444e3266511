import { readForeignFile } from '../../../packages/core/src/import/read-foreign-file.js'
import { parseRecord } from '../../../packages/core/src/record/record-schema.js'
import type { FuzzTarget } from '../fuzz-target.js'

const EMISSIONS = `timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,ram_utilization_percent,ram_used_gb,on_cloud,pue,wue
2026-01-05T13:00:00,"a, ""b""",08e02661,5b0fa12a,3600,0.15,4e-05,60,250,20,0.06,0.25,0.02,0.33,0.0,France,FRA,,,,Linux,3.11.7,3.3.0,8,AMD EPYC 7763,1,1 x NVIDIA A100,2.35,48.85,63.9,machine,30,80,16,3.8,N,1.2,0.0
2026-01-05T14:00:00,b,82fb1f41,5b0fa12a,60,0.001,3e-07,4.4,0.0,20.0,2e-06,0.0,1e-05,1.2e-05,0.0,France,FRA,,,Linux,3.11.7,3.3.0,2,AMD EPYC,0,,23.5,machine,0.0,0,17.45,4.1,N,1.0,0.0
`
const LOG = `2026-01-05 13:31:58 - carbontracker version 2.3.1
2026-01-05 13:31:58 - Only predicted and actual consumptions are multiplied by a PUE coefficient of 1.58 (Daniel Bizo, 2023).
2026-01-05 13:31:58 - The following components were found: GPU with device(s) NVIDIA A100. CPU with device(s) AMD EPYC 7763.
2026-01-05 13:32:01 - Epoch 1:
2026-01-05 13:32:01 - Duration: 0:00:03.03
2026-01-05 13:32:01 - Average power usage (W) for gpu: 250.0
2026-01-05 13:32:01 - Average power usage (W) for cpu: 140.0
2026-01-05 13:32:04 - Epoch 2:
2026-01-05 13:32:04 - Duration: 0:00:03.00
2026-01-05 13:32:04 - Average power usage (W) for gpu: 251.0
2026-01-05 13:32:04 - Average power usage (W) for cpu: 141.0
2026-01-05 13:32:07 - Average carbon intensity during training was 58.48 gCO2/kWh at detected location: Copenhagen, Capital Region, DK.
2026-01-05 13:32:07 - Actual consumption for 2 epoch(s):
\tTime:\t0:00:06
\tEnergy:\t0.001034 kWh
\tCO2eq:\t0.06 g
2026-01-05 13:32:07 - Monitoring thread ended.
`

const importIt = (input: Buffer): void => {
  const { records } = readForeignFile(input.toString('utf8'), 'a damaged file')
  for (const record of records) parseRecord(JSON.parse(JSON.stringify(record)), 'an imported record')
}

export const importTargets: readonly FuzzTarget[] = [
  { name: 'import: CodeCarbon', seeds: [EMISSIONS], errors: ['IMPORT_'], run: importIt },
  { name: 'import: carbontracker', seeds: [LOG], errors: ['IMPORT_'], run: importIt },
]
