export { yearlyIntensity } from './yearly-intensity.js'
export { type ZoneRow, zoneRows, zonesOf } from './zones.js'
