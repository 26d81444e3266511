import type { Component } from '../sensor.js'

/** What every meter may be told. */
interface AnyMeter {
  /** Names it in the record, unique among a run's meters. Default: its type. */
  readonly name?: string
  /** Parts of this machine whose energy it sees. Default: what the type usually sees; a wall meter all of them. */
  readonly covers?: readonly Component[]
  /** Milliseconds between two readings, 200 to 600 000. */
  readonly everyMs?: number
  /** How long one reading may take, milliseconds, 50 to 60 000. */
  readonly timeoutMs?: number
  /** More than what it sees can draw, watts: bounds the energy of time in which it did not answer. */
  readonly maxWatts?: number
  /** Relative error of its readings, 0 to 0.9, e.g. 0.02. */
  readonly accuracy?: number
}

/** How to prove who asks. Secrets can be left to an environment variable; they are never written anywhere. */
interface Credentials {
  readonly username?: string
  readonly password?: string
  /** Name of the environment variable that holds the password. */
  readonly passwordFrom?: string
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string
  /** Name of the environment variable that holds the token. */
  readonly tokenFrom?: string
}

interface HttpMeter extends AnyMeter, Credentials {
  /** Address of the device or service, e.g. `http://192.168.1.20`. */
  readonly url: string
  /** Take a certificate that nobody vouches for, as management boards of servers have them. */
  readonly allowSelfSigned?: boolean
}

/** Units of power and of cumulative energy that a meter may report in. */
export type MeterUnit = 'W' | 'kW' | 'mW' | 'uW' | 'J' | 'mJ' | 'uJ' | 'Wmin' | 'Wh' | 'kWh'

/** A figure that the user vouches for, such as the rating of a box that runs at one speed. */
interface ConstantMeter extends Omit<AnyMeter, 'everyMs' | 'timeoutMs'> {
  readonly type: 'constant'
  readonly watts: number
}

/** A smart plug. Its power is read; `energy: true` reads its energy counter instead, coarse but without gaps. */
interface PlugMeter extends HttpMeter {
  readonly type: 'shelly-gen1' | 'shelly-gen2' | 'tasmota'
  /** Which of the device's channels, from 0. */
  readonly channel?: number
  readonly energy?: boolean
}

/** A sensor of Home Assistant whose unit is W or kW. Needs a long-lived access token. */
interface HomeAssistantMeter extends HttpMeter {
  readonly type: 'home-assistant'
  /** E.g. `sensor.rack_power`. */
  readonly entity: string
}

/** A number in any JSON document. */
interface JsonMeter extends HttpMeter {
  readonly type: 'http-json'
  /** Where the number is: keys and places with dots or brackets, e.g. `meters[0].power`. */
  readonly path: string
  readonly unit: MeterUnit
}

/** One metric of a Prometheus text page; samples that match are added. */
interface PrometheusMeter extends HttpMeter {
  readonly type: 'prometheus'
  readonly metric: string
  /** Labels that a sample must have, with their values. */
  readonly labels?: Readonly<Record<string, string>>
  readonly unit: MeterUnit
}

/** An exporter of energy whose metrics are known. */
interface ExporterMeter extends HttpMeter {
  readonly type: 'kepler' | 'scaphandre' | 'dcgm-exporter'
}

/** The board's own meter through `ipmitool dcmi power reading`, usually for root only. */
interface IpmiMeter extends AnyMeter {
  readonly type: 'ipmi'
  /** Path of ipmitool where it is not found by its name. */
  readonly command?: string
}

/** A server's management board by its Redfish interface. */
interface RedfishMeter extends HttpMeter {
  readonly type: 'redfish'
  /** Name of the chassis. Default: the first in the list. */
  readonly chassis?: string
}

/** A meter outside the machine, or a service that measures it, as given in the option `meters`. */
export type MeterOption =
  | ConstantMeter
  | PlugMeter
  | HomeAssistantMeter
  | JsonMeter
  | PrometheusMeter
  | ExporterMeter
  | IpmiMeter
  | RedfishMeter
