/**
 * Yearly carbon intensity of electricity zones by Electricity Maps, under the Open Database License.
 *
 * @module @epochwatt/electricitymaps-data
 */

export { yearlyIntensity } from './yearly-intensity.js'
export { type ZoneRow, zoneRows, zonesOf } from './zones.js'
