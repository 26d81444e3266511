import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseCpuModel } from './cpu-model-name.js'
import { findCpuPower, findThreadPower, listedCpus, unknownThreadPower } from './cpu-power.js'

describe('findCpuPower', () => {
  it.each([
    // Linux, /proc/cpuinfo
    ['Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz', 'Intel Core i7-8650U', 15],
    ['11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz', 'Intel Core i7-1165G7', 28],
    ['12th Gen Intel(R) Core(TM) i9-12900K', 'Intel Core i9-12900K', 125],
    ['Intel(R) Core(TM) i7 CPU         920  @ 2.67GHz', 'Intel Core i7-920', 130],
    ['Intel(R) Core(TM) i7-3970X CPU @ 3.50GHz', 'Intel Core i7-3970X Extreme Edition', 150],
    ['Intel(R) Core(TM) i9-7900X CPU @ 3.30GHz', 'Intel Core i9-7900X X-series', 140],
    ['Intel(R) Core(TM) Ultra 9 185H', 'Intel Core Ultra 9 185H', 45],
    ['Intel(R) Core(TM) m3-7Y30 CPU @ 1.00GHz', 'Intel Core m3-7Y30', 4.5],
    ['Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz', 'Intel Xeon Platinum 8259CL', 210],
    ['Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz', 'Intel Xeon E5-2686 v4', 145],
    ['Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz', 'Intel Xeon E5-2670', 115],
    ['Intel(R) Xeon(R) CPU E3-1230 V2 @ 3.30GHz', 'Intel Xeon E3-1230 v2', 69],
    ['Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz', 'Intel Xeon X5650', 95],
    ['Intel(R) Xeon(R) Platinum 8480+', 'Intel Xeon Platinum 8480+', 350],
    ['Intel(R) Xeon(R) CPU Max 9480', 'Intel Xeon CPU Max 9480', 350],
    ['Intel(R) Xeon(R) w7-2495X', 'Intel Xeon W7-2495X', 225],
    ['AMD Ryzen 7 5800X 8-Core Processor', 'AMD Ryzen 7 5800X', 105],
    ['AMD Ryzen 9 3900X 12-Core Processor            ', 'AMD Ryzen 9 3900X', 105],
    ['AMD Ryzen 5 2400G with Radeon Vega Graphics', 'AMD Ryzen 5 2400G with Radeon RX Vega 11 Graphics', 65],
    ['AMD Ryzen 7 PRO 4750U with Radeon Graphics', 'AMD Ryzen 7 PRO 4750U', 15],
    ['AMD Ryzen 9 7940HS w/ Radeon 780M Graphics', 'AMD Ryzen 9 7940HS', 54],
    ['AMD RYZEN AI MAX+ 395 w/ Radeon 8060S', 'AMD Ryzen AI Max+ 395', 55],
    ['AMD Ryzen Threadripper PRO 3995WX 64-Cores', 'AMD Ryzen Threadripper PRO 3995WX', 280],
    ['AMD EPYC 7763 64-Core Processor', 'AMD EPYC 7763', 280],
    ['AMD EPYC 7R13 Processor', 'AMD EPYC 7R13', 225],
    ['AMD Opteron(tm) Processor 6276', 'AMD Opteron 6276', 115],
    ['AMD A10-9700 RADEON R7, 10 COMPUTE CORES 4C+6G', 'AMD 7th Gen A10-9700', 65],
    // systeminformation: brand without its vendor, marks as characters
    ['Core™ i7-8650U', 'Intel Core i7-8650U', 15],
    ['Gen Intel® Core™ i7-1165G7', 'Intel Core i7-1165G7', 28],
    ['Ryzen 7 5800X 8-Core Processor', 'AMD Ryzen 7 5800X', 105],
    // Windows
    ['AMD Ryzen 9 5900HX with Radeon Graphics        ', 'AMD Ryzen 9 5900HX', 45],
    ['Intel(R) Core(TM) i7-10750H CPU @ 2.60GHz', 'Intel Core i7-10750H', 45],
    ['Apple M1', 'Apple M1', 10],
  ])('finds %j', (printed, model, tdpWatts) => {
    expect(findCpuPower(printed)).toMatchObject({ model, tdpWatts })
  })

  it.each([
    'AMD EPYC',
    'AMD EPYC-Rome Processor',
    'Intel(R) Xeon(R) CPU @ 2.20GHz',
    'Intel(R) Xeon(R) Processor @ 2.30GHz',
    'Intel Xeon Processor (Skylake, IBRS)',
    'QEMU Virtual CPU version 2.5+',
    'Common KVM processor',
    'AMD Custom APU 0405',
    'Apple M1 Pro',
    'Intel(R) Core(TM) i7-8650',
    'AMD Ryzen 7 5800XX',
    'Neoverse-N1',
    '',
    '   ',
    '8-Core Processor',
  ])('does not guess for %j', printed => {
    expect(findCpuPower(printed)).toBeUndefined()
  })

  it('finds every CPU of the table by its own name, with a power that is possible', () => {
    expect(listedCpus().length).toBeGreaterThan(3000)
    for (const cpu of listedCpus()) {
      expect(findCpuPower(cpu.model)?.tdpWatts, cpu.model).toBe(cpu.tdpWatts)
      expect(cpu.tdpWatts, cpu.model).toBeGreaterThanOrEqual(1)
      expect(cpu.tdpWatts, cpu.model).toBeLessThanOrEqual(1500)
      expect(cpu.source, cpu.model).toMatch(/\w/)
      if (cpu.cores !== undefined) expect(Number.isInteger(cpu.cores) && cpu.cores >= 1, cpu.model).toBe(true)
    }
    expect(new Set(listedCpus().map(cpu => cpu.model)).size).toBe(listedCpus().length)
  })

  it('is not misled by the decoration that systems put around a name', () => {
    const cpus = listedCpus()
    fc.assert(
      fc.property(
        fc.nat({ max: cpus.length - 1 }),
        fc.constantFrom('', ' Processor', ' CPU', ' 8-Core Processor', ' CPU @ 2.60GHz', '   '),
        fc.boolean(),
        (index, suffix, loud) => {
          const cpu = cpus[index]!
          const printed = `${loud ? cpu.model.toUpperCase() : cpu.model}${suffix}`
          expect(findCpuPower(printed)?.tdpWatts).toBe(cpu.tdpWatts)
        },
      ),
    )
  })

  it('never answers with a CPU of another model number', () => {
    // A digit more in the model makes another CPU: the answer may be that one, or none, but never the first.
    const numbered = listedCpus().filter(cpu => /\d{4}$/.test(cpu.model))
    fc.assert(
      fc.property(fc.nat({ max: numbered.length - 1 }), fc.constantFrom('9', 'Z', 'QQ'), (index, extra) => {
        const other = findCpuPower(numbered[index]!.model + extra)
        expect(other === undefined || normaliseCpuModel(other.model).endsWith(extra.toLowerCase())).toBe(true)
      }),
    )
  })

  it('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const found = findCpuPower(text)
        expect(found === undefined || found.tdpWatts > 0).toBe(true)
      }),
    )
  })
})

const intel = (
  cpuModelNumber: number,
  cpuStepping?: number,
  cpuModel = 'Intel(R) Xeon(R) CPU @ 2.20GHz',
) => ({
  vendor: 'GenuineIntel',
  cpuFamily: 6,
  cpuModelNumber,
  cpuModel,
  ...(cpuStepping !== undefined && { cpuStepping }),
})
const amd = (cpuFamily: number, cpuModelNumber: number, cpuModel = 'AMD EPYC') => ({
  vendor: 'AuthenticAMD',
  cpuFamily,
  cpuModelNumber,
  cpuModel,
})

describe('findThreadPower', () => {
  it.each([
    [intel(45), 'Sandy Bridge'],
    [intel(62), 'Ivy Bridge'],
    [intel(63), 'Haswell'],
    [intel(79), 'Broadwell'],
    [intel(85, 3), 'Skylake'],
    [intel(85, 4), 'Skylake'],
    [intel(85, 6), 'Cascade Lake'],
    [intel(85, 7), 'Cascade Lake'],
    [intel(106), 'Ice Lake'],
    [intel(143), 'Sapphire Rapids'],
    [intel(207), 'Emerald Rapids'],
    [intel(173), 'Granite Rapids'],
    [intel(158, 10, 'Intel(R) Xeon(R) E-2288G CPU @ 3.70GHz'), 'Coffee Lake'],
    [intel(60, 4, 'Intel Core Processor (Haswell, no TSX, IBRS)'), 'Haswell'],
    [intel(134, 0, 'Intel Xeon Processor (Icelake)'), 'Ice Lake'],
    [intel(42, 1, 'Intel Xeon E312xx (Sandy Bridge)'), 'Sandy Bridge'],
    [amd(23, 1), 'EPYC 1st Gen'],
    [amd(23, 49), 'EPYC 2nd Gen'],
    [amd(25, 1), 'EPYC 3rd Gen'],
    [amd(25, 17), 'EPYC 4th Gen'],
    [amd(25, 0xa0), 'EPYC 4th Gen'],
    [amd(26, 2), 'EPYC 5th Gen'],
    [amd(26, 17), 'EPYC 5th Gen'],
    [{ vendor: 'AMD', cpuFamily: 25, cpuModelNumber: 17 }, 'EPYC 4th Gen'],
    [{ cpuModel: 'Ampere(R) Altra(R) Max Processor' }, 'Ampere Altra (Neoverse N1)'],
    [{ cpuModel: 'Neoverse-N1' }, 'Ampere Altra (Neoverse N1)'],
  ])('names %j', (cpu, architecture) => {
    expect(findThreadPower(cpu)?.architecture).toBe(architecture)
  })

  it('says that it cannot tell Skylake from Cascade Lake without the stepping, and covers both', () => {
    const both = findThreadPower(intel(85))
    expect(both?.architecture).toBe('Skylake or Cascade Lake')
    for (const stepping of [4, 7]) {
      const one = findThreadPower(intel(85, stepping))
      expect(both!.minWattsPerThread).toBeLessThanOrEqual(one!.minWattsPerThread)
      expect(both!.maxWattsPerThread).toBeGreaterThanOrEqual(one!.maxWattsPerThread)
    }
  })

  it.each([
    ['Cooper Lake, which nobody measured', intel(85, 11)],
    ['a laptop', intel(142, 10, 'Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz')],
    ['a desktop on a server die', intel(85, 4, 'Intel(R) Core(TM) i9-7900X CPU @ 3.30GHz')],
    ['a workstation', intel(85, 4, 'Intel(R) Xeon(R) W-2145 CPU @ 3.70GHz')],
    ['a newer workstation', intel(143, 8, 'Intel(R) Xeon(R) w9-3495X')],
    ['an embedded Xeon', intel(85, 4, 'Intel(R) Xeon(R) D-2146NT CPU @ 2.30GHz')],
    ['Kaby Lake', intel(158, 9, 'Intel(R) Xeon(R) CPU E3-1230 v6 @ 3.50GHz')],
    ['Ryzen with the numbers of Naples', amd(23, 1, 'AMD Ryzen 7 1700 Eight-Core Processor')],
    ['Threadripper with the numbers of Rome', amd(23, 49, 'AMD Ryzen Threadripper 3970X 32-Core Processor')],
    ['embedded EPYC', amd(23, 1, 'AMD EPYC 3251 8-Core Processor')],
    ['EPYC on a desktop socket', amd(25, 0x61, 'AMD EPYC 4564P 16-Core Processor')],
    ['a family of the future', amd(27, 1)],
    ['nothing at all', {}],
    ['another vendor', { vendor: 'CentaurHauls', cpuFamily: 6, cpuModelNumber: 63 }],
  ])('does not guess for %s', (_what, cpu) => {
    expect(findThreadPower(cpu)).toBeUndefined()
  })

  it('knows Graviton by its core, only where the provider is known', () => {
    expect(findThreadPower({ cpuModel: 'Neoverse-N1' }, 'aws')?.architecture).toBe('Graviton2')
    expect(findThreadPower({ cpuModel: 'Neoverse-V1' }, 'aws')?.architecture).toBe('Graviton3')
    expect(findThreadPower({ cpuModel: 'Neoverse-V2' }, 'aws')?.architecture).toBe('Graviton4')
    expect(findThreadPower({ cpuModel: 'Neoverse-V2' })).toBeUndefined()
    expect(findThreadPower({ cpuModel: 'Neoverse-V2' }, 'aws')?.source).toContain('never measured')
  })

  it('gives idle below full load, with what it stands on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GenuineIntel', 'AuthenticAMD'),
        fc.constantFrom(6, 0x17, 0x19, 0x1a),
        fc.nat({ max: 255 }),
        fc.option(fc.nat({ max: 15 }), { nil: undefined }),
        (vendor, cpuFamily, cpuModelNumber, cpuStepping) => {
          const identity = {
            vendor,
            cpuFamily,
            cpuModelNumber,
            ...(cpuStepping !== undefined && { cpuStepping }),
          }
          const power = findThreadPower(identity)
          if (!power) return
          expect(power.minWattsPerThread).toBeGreaterThan(0)
          expect(power.maxWattsPerThread).toBeGreaterThan(power.minWattsPerThread)
          expect(power.systems).toBeGreaterThan(0)
          expect(power.source).toContain('SPECpower')
        },
      ),
    )
  })

  it('does not ship the published mean for EPYC 5th Gen, which is wrong by a factor of six', () => {
    expect(findThreadPower(amd(26, 2), 'aws')?.maxWattsPerThread).toBe(1.184)
  })
})

describe('unknownThreadPower', () => {
  it('differs by provider where the providers were looked at apart', () => {
    expect(unknownThreadPower()).toMatchObject({ minWattsPerThread: 0.74, maxWattsPerThread: 3.5 })
    expect(unknownThreadPower('gcp')).toMatchObject({ minWattsPerThread: 0.68, maxWattsPerThread: 4.11 })
    expect(unknownThreadPower('somewhere')).toEqual(unknownThreadPower())
  })
})
