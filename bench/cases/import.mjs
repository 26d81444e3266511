const began = process.hrtime.bigint()
await import(process.argv[2] === 'nothing' ? 'node:fs' : '@epochwatt/core')
console.log(JSON.stringify({ withCore: Number(process.hrtime.bigint() - began) / 1e6 }))
