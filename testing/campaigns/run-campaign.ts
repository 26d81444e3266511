import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'

/** What every campaign ends with; the rest is its own. */
export interface CampaignReport {
  /** What is not as it should be: which run, and by how much. */
  readonly wrong: readonly unknown[]
}

/** Runs a campaign in small. Without what it needs of the system the test is skipped, or fails where CI installs it. */
export const runCampaign = async <Report extends CampaignReport>(
  context: TestContext,
  name: string,
  args: readonly string[],
): Promise<Report> => {
  const program = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: failed.stdout || failed.stderr }),
  )
  const report = JSON.parse(stdout) as Report & { readonly missing?: string }
  if (report.missing !== undefined) {
    if (process.env.CI) throw new Error(report.missing)
    context.skip(report.missing)
  }
  return report
}
