import type { FuzzTarget } from '../fuzz-target.js'
import { configTargets } from './config.js'
import { deliveryFileTargets } from './delivery-files.js'
import { gridReplyTargets } from './grid-replies.js'
import { importTargets } from './imports.js'
import { journalTargets } from './journals.js'
import { machineFileTargets } from './machine-files.js'
import { meterReplyTargets } from './meter-replies.js'
import { pageTargets } from './pages.js'
import { servedPageTargets } from './served-pages.js'
import { trackerReplyTargets } from './tracker-replies.js'
import { wandbFileTargets } from './wandb-files.js'

export const ALL_TARGETS: readonly FuzzTarget[] = [
  ...journalTargets,
  ...importTargets,
  ...configTargets,
  ...wandbFileTargets,
  ...machineFileTargets,
  ...gridReplyTargets,
  ...meterReplyTargets,
  ...trackerReplyTargets,
  ...deliveryFileTargets,
  ...pageTargets,
  ...servedPageTargets,
]
