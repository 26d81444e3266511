import { arch, availableParallelism, hostname, platform, release, totalmem } from 'node:os'
import { basename, relative } from 'node:path'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { BodyOf } from '../record/record-body.js'
import { randomId } from '../settings/run-id.js'
import type { Settings } from '../settings/settings.js'
import { readGit } from './git.js'

/** `linux-x86_64`, the form in which W&B counts platforms. */
export const platformName = (): string =>
  `${platform()}-${{ x64: 'x86_64', arm64: 'aarch64' }[arch() as string] ?? arch()}`

/** What the run's page shows of the machine and the program. */
export const describeEnvironment = (settings: Settings, startTime: Date): BodyOf<'environment'> => {
  const program = settings.program ?? process.argv[1] ?? ''
  const git = settings.disableGit ? undefined : readGit(process.cwd())
  const remoteUrl = settings.gitRemoteUrl ?? git?.remoteUrl
  const commit = settings.gitCommit ?? git?.commit
  const codePath = relative(process.cwd(), program)
  return {
    os: `${platform()}-${release()}-${arch()}`,
    startedAt: timestampFromDate(startTime),
    program,
    codePath: codePath.startsWith('..') ? basename(program) : codePath,
    ...(remoteUrl || commit ? { git: { remoteUrl: remoteUrl ?? '', commit: commit ?? '' } } : {}),
    root: process.cwd(),
    host: settings.host ?? hostname(),
    ...(settings.username ? { username: settings.username } : {}),
    executable: process.execPath,
    cpuCountLogical: availableParallelism(),
    memory: { total: BigInt(totalmem()) },
    // One of W&B's sync programs leaves out an environment whose writer has no name.
    writerId: randomId(32),
  }
}
