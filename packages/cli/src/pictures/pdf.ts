import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EpochwattError } from '@epochwatt/core'

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'chrome',
  'msedge',
]

/** Where they are when they are in no PATH. */
const PLACES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(name => {
    const folder = process.env[name]
    return folder === undefined
      ? []
      : [
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ]
  }),
}

/** A browser of the Chromium family, `CHROME_PATH` first. */
export const findBrowser = (env: NodeJS.ProcessEnv = process.env): string | undefined => {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const inPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => NAMES.map(name => join(folder, `${name}${suffix}`)))
  return [...(env.CHROME_PATH ? [env.CHROME_PATH] : []), ...inPath, ...(PLACES[process.platform] ?? [])].find(
    existsSync,
  )
}

const PATIENCE_MS = 60_000

/** Root may not have the sandbox; the page loads nothing and runs nothing but its own script. */
const sandbox = (): readonly string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])

/**
 * Prints a page to a PDF file, by a browser of the machine.
 *
 * @throws EpochwattError `PDF_UNAVAILABLE` where there is no browser, `PDF_FAILED` where it gives none.
 */
export const printPdf = async (
  page: string,
  path: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> => {
  const browser = findBrowser(env)
  if (browser === undefined)
    throw new EpochwattError(
      'PDF_UNAVAILABLE',
      'A PDF needs Chromium, Chrome or Edge, and none was found; install one, name it with CHROME_PATH, or print the report from any browser.',
    )
  const folder = mkdtempSync(join(tmpdir(), 'epochwatt-pdf-'))
  const file = join(folder, 'report.html')
  try {
    writeFileSync(file, page, { mode: 0o600 })
    const problem = await new Promise<Error | undefined>(resolve => {
      execFile(
        browser,
        [
          '--headless',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          ...sandbox(),
          `--user-data-dir=${join(folder, 'profile')}`,
          '--no-pdf-header-footer',
          `--print-to-pdf=${path}`,
          pathToFileURL(file).href,
        ],
        { timeout: PATIENCE_MS },
        error => resolve(error ?? undefined),
      )
    })
    if (problem || !existsSync(path))
      throw new EpochwattError(
        'PDF_FAILED',
        `${browser} made no PDF: ${problem?.message ?? 'it said nothing'}.`,
        {
          cause: problem,
        },
      )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
