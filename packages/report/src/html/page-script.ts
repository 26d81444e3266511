/** Code that runs in a page, and the hash by which the page's policy allows it and nothing else. */
export interface PageScript {
  readonly code: string
  readonly hash: string
}
