const began = process.hrtime.bigint()
const before = process.cpuUsage()
await import(process.argv[2] === 'nothing' ? 'node:fs' : '@epochwatt/core')
const { user, system } = process.cpuUsage(before)
console.log(
  JSON.stringify({ ms: Number(process.hrtime.bigint() - began) / 1e6, cpuMs: (user + system) / 1000 }),
)
