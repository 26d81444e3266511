import { createServer } from './synthetic-server.mjs'
import { setTimeout as sleep } from 'node:timers/promises'
const core = path => import(new URL(`../packages/core/dist/${path}`, import.meta.url).href)
const [{ readTick, rawOf }, { discoverDeferred }, { probeEnvironment }, { openSensors }, { discoverSensors }, usage] = await Promise.all(['sampler/sampler.js','sensors/deferred.js','sensors/environment.js','sensors/openers.js','sensors/registry.js','sensors/usage/open-usage-source.js'].map(core))
const server = createServer()
const environment = probeEnvironment(server.env)
const { sensors, deferred } = discoverSensors(environment)
const late = discoverDeferred(deferred, environment, sensors)
const open = openSensors([...sensors, ...late.sensors], environment)
const source = usage.openUsageSource(environment)
const parts = {}
const time = (name, f) => { const b = process.hrtime.bigint(); const x = f(); (parts[name] ??= []).push(Number(process.hrtime.bigint() - b) / 1000); return x }
const cpu0 = process.cpuUsage()
for (let i = 0; i < 40; i++) {
  await sleep(250)
  time('powercap', () => open.filter(s => s.spec.provider === 'powercap').map(rawOf))
  time('nvml energy', () => open.filter(s => s.spec.provider === 'nvidia' && s.spec.kind === 'energy_counter').map(rawOf))
  time('nvml power', () => open.filter(s => s.spec.provider === 'nvidia' && s.spec.kind !== 'energy_counter').map(rawOf))
  time('use', () => open.map(s => s.use?.()))
  time('usage', () => source.read())
}
const { user, system } = process.cpuUsage(cpu0)
for (const [name, all] of Object.entries(parts)) console.log(name, all.sort((a, b) => a - b)[20].toFixed(0), 'us; p90', all[36].toFixed(0))
console.log('cpu per round', (user + system) / 40, 'us')
process.exit()
