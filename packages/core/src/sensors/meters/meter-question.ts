/** How a device or service is reached over HTTP. Secrets live in memory only. */
export interface HttpAccess {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Answers a Digest challenge with these; the headers hold Basic ones already. */
  readonly login?: { readonly username: string; readonly password: string }
  readonly allowSelfSigned: boolean
}

/** Samples of a page of metrics to add; patterns are regular expressions for all of a label's value. */
export interface MetricChoice {
  readonly metric: string
  readonly labels?: Readonly<Record<string, string>>
  readonly patterns?: Readonly<Record<string, string>>
  /** Take one sample only for each value of this label: others repeat it. */
  readonly oncePer?: string
}

/** What a meter is asked and where its answer is. Plain data: it travels to the thread that asks. */
export type MeterQuestion =
  | { readonly kind: 'json'; readonly http: HttpAccess; readonly keys: readonly string[] }
  | { readonly kind: 'home-assistant'; readonly http: HttpAccess }
  /** Of several choices the first that the page has; the samples of one choice are added. */
  | {
      readonly kind: 'prometheus'
      readonly http: HttpAccess
      readonly choices: readonly (readonly MetricChoice[])[]
    }
  | { readonly kind: 'redfish'; readonly http: HttpAccess; readonly chassis?: string }
  | { readonly kind: 'ipmi'; readonly command: string }

/** Settings of a meter's sensor, for the thread that asks. */
export interface MeterSettings {
  readonly question: MeterQuestion
  readonly everyMs: number
  readonly timeoutMs: number
}
