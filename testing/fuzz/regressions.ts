/** Inputs that once broke a reader: in a sound input of that target, this text in the place of that. */
export const REGRESSIONS: readonly (readonly [target: string, text: string, instead: string])[] = [
  // One reading of a gauge was the energy of the whole run.
  ['journal: samples', '"r":[100000000,200]', '"r":[100000000,2e302]'],
  // Bounds on the wrong side of their value, and figures whose product is infinite.
  ['journal: events', '"high":100', '"high":5e-324'],
  ['journal: events', '"scale":0.000001', '"scale":1e300'],
  // A header that was refused when it was read back, since the memory's model had no power.
  ['machine: proc/meminfo', 'MemTotal:       65536000', 'MemTotal:       0'],
  ['machine: proc/self/status', '0-3,8', '0184467440737095516161844674407370955161618446744073709551616'],
  ['machine: sys/class/power_supply/BAT0/power_now', '11000000', '9'.repeat(400)],
  ['nvidia-smi rows', '250.12', '9'.repeat(400)],
  ['import: carbontracker', '2026-01-05 13:31:58', '2026-13-45 13:31:58'],
  ['import: carbontracker', '0:00:03.03', '99999999999999999999:00:03.03'],
  ['import: carbontracker', 'gpu: 250.0', 'gpu: 0.0'],
  ['import: CodeCarbon', 'cpu_power', 'constructor'],
  ['MLflow reply: a run', '"run"', '"other"'],
  ['MLflow reply: an experiment', '[{"key":"k","value":"v"}]', 'null'],
  ['MLflow reply: metrics', '"next_page_token":""', '"next_page_token":[[]]'],
  ['W&B reply: a run to continue', '{\\"loss\\":0.5}', ';'],
  ['an outbox', '"index":0', '"index":0.1'],
  ['an outbox', '"index":0', '"other":0'],
]
