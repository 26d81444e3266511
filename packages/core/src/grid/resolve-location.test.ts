import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudRegionRows } from '../data/cloud-regions.js'
import { regionRows } from '../data/grid-regions.js'
import { OptionError } from '../errors.js'
import { type PlaceOption, type PlaceOptions, type PlaceSource, resolveLocation } from './resolve-location.js'

const from = (sources: Partial<Record<PlaceOption, PlaceSource>>) =>
  new Map(Object.entries(sources) as [PlaceOption, PlaceSource][])

const errorOf = (
  place: PlaceOptions,
  sources: Partial<Record<PlaceOption, PlaceSource>> = {},
): OptionError => {
  try {
    resolveLocation(place, from(sources))
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError)
    return error as OptionError
  }
  throw new Error('nothing was thrown')
}

describe('resolveLocation', () => {
  it.each<[PlaceOptions, object]>([
    [{}, { how: 'unknown' }],
    [{ country: 'sweden' }, { country: 'SE', how: 'option' }],
    [{ region: 'us-ca' }, { country: 'US', region: 'US-CA', how: 'option' }],
    [
      { country: 'USA', region: 'CA' },
      { country: 'US', region: 'US-CA', how: 'option' },
    ],
    [
      { country: 'Canada', region: 'Quebec' },
      { country: 'CA', region: 'CA-QC', how: 'option' },
    ],
    [{ region: 'California' }, { country: 'US', region: 'US-CA', how: 'option' }],
    [{ region: 'EGRID-RFCW' }, { country: 'US', region: 'EGRID-RFCW', how: 'option' }],
    [
      { cloud: 'AWS:eu-north-1' },
      { country: 'SE', provider: 'aws', cloudRegion: 'eu-north-1', how: 'option' },
    ],
    [
      { cloud: 'aws:us-west-2', region: 'US-OR', country: 'US' },
      { country: 'US', region: 'US-OR', provider: 'aws', cloudRegion: 'us-west-2', how: 'option' },
    ],
    [{ cloud: 'aws' }, { provider: 'aws', how: 'option' }],
    [
      { cloud: 'equinix', country: 'NL' },
      { country: 'NL', provider: 'equinix', how: 'option' },
    ],
  ])('reads %j', (place, location) => {
    expect(resolveLocation(place)).toEqual(location)
  })

  it('accepts every region of the tables in its own spelling', () => {
    for (const { provider, region, country } of cloudRegionRows()) {
      expect(resolveLocation({ cloud: `${provider}:${region}` })).toMatchObject({
        provider,
        cloudRegion: region,
        country,
      })
    }
    for (const { code, country } of regionRows())
      expect(resolveLocation({ region: code })).toMatchObject({ region: code, country })
  })

  it('says where the strongest of the options was set', () => {
    expect(resolveLocation({ country: 'FR' }, from({ country: 'environment' })).how).toBe('environment')
    expect(
      resolveLocation({ country: 'US', region: 'CA' }, from({ country: 'config', region: 'option' })).how,
    ).toBe('option')
  })

  it('lets a stronger option overrule a weaker one that contradicts it', () => {
    const sources = from({ country: 'environment', cloud: 'option' })
    expect(resolveLocation({ country: 'FR', cloud: 'aws:us-east-1' }, sources)).toEqual({
      country: 'US',
      provider: 'aws',
      cloudRegion: 'us-east-1',
      how: 'option',
    })
    expect(
      resolveLocation({ country: 'FR', region: 'US-CA' }, from({ country: 'option', region: 'config' })),
    ).toEqual({
      country: 'FR',
      how: 'option',
    })
    expect(
      resolveLocation(
        { country: 'FR', region: 'US-VA', cloud: 'aws:us-east-1' },
        from({ country: 'environment', region: 'config', cloud: 'option' }),
      ),
    ).toMatchObject({ country: 'US', region: 'US-VA', cloudRegion: 'us-east-1' })
  })

  it('refuses options of equal strength that contradict each other', () => {
    const error = errorOf({ country: 'FR', cloud: 'aws:us-east-1' })
    expect(error.option).toBe('cloud')
    expect(error.message).toContain('"country"')
    expect(error.message).toContain('FR')
  })

  it.each<[PlaceOptions, Partial<Record<PlaceOption, PlaceSource>>, RegExp]>([
    [{ country: 'Swedn' }, {}, /^Option "country" is "Swedn"; accepted: .*"Sweden"\?\)\.$/],
    [{ country: 'ZZ' }, { country: 'environment' }, /^Option "EPOCHWATT_COUNTRY" is "ZZ"; /],
    [{ country: '' }, {}, /"country" is ""/],
    [{ region: 'WA' }, {}, /"region" is "WA".*"US-WA"/],
    [{ country: 'DE', region: 'DE-BY' }, {}, /"region" is "DE-BY".*elsewhere the country alone/],
    [{ cloud: 'aws:eu-nort-1' }, {}, /"cloud" is "aws:eu-nort-1".*"aws:eu-north-1"/],
    [{ cloud: 'aws:' }, {}, /"cloud" is "aws:"/],
    [{ cloud: 'linode:us-east' }, {}, /"cloud" is "linode:us-east".*providers: aws, azure/],
    [{ cloud: 'eu-north-1' }, {}, /"cloud" is "eu-north-1"/],
  ])('names option, value and what is accepted for %j', (place, sources, message) => {
    expect(errorOf(place, sources).message).toMatch(message)
  })

  it('refuses what is no text', () => {
    expect(errorOf({ country: 33 } as unknown as PlaceOptions).message).toMatch(
      /"country" is 33; accepted: a text/,
    )
  })

  it('either reads a text or throws an OptionError', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<PlaceOption>('country', 'region', 'cloud'),
        fc.string({ unit: 'binary' }),
        (option, text) => {
          try {
            resolveLocation({ [option]: text })
          } catch (error) {
            expect(error).toBeInstanceOf(OptionError)
          }
        },
      ),
    )
  })
})
