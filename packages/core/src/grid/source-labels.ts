const PUBLISHERS: Readonly<Record<string, string>> = {
  ember: 'Ember, Yearly Electricity Data',
  'owid-via-codecarbon': 'Our World in Data, by way of CodeCarbon',
  'epa-egrid2023r2': 'US EPA, eGRID2023 revision 2',
  'eccc-ef-v3': 'Environment and Climate Change Canada, emission factors 3.0',
  'au-nga-2025': 'Australian DCCEEW, National Greenhouse Accounts Factors 2025',
  'aib-2024': 'AIB, European Residual Mixes 2024',
  'google-region-carbon-2024': 'Google Cloud, carbon data across regions 2024',
}

/** Who published a figure, in words; `publisher:place` where a figure is quoted for another place. */
export const sourceLabel = (source: string): string => {
  const [publisher = '', place] = source.split(':')
  if (publisher === 'proxy') return `the figure of ${place} as a stand-in`
  const label = (Object.hasOwn(PUBLISHERS, publisher) && PUBLISHERS[publisher]) || publisher
  return place === undefined ? label : `${label} (${place})`
}
