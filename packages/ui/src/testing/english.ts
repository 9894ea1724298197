import { generatorFormMessages } from '../generator/fields/messages.ts'
import { generatorMessages } from '../generator/messages.ts'
import { logMessages } from '../log-list/model/tool-messages.ts'
import { progressMessages } from '../progress-display/messages.ts'
import { spokenMessages } from '../progress-display/spoken-messages.ts'
import type { Messages } from '../provider/messages.ts'
import { runCardMessages } from '../run-card/messages.ts'
import { outputMessages } from '../task-output/messages.ts'

/** Every text in English. A component imports only its own. */
export const english: Messages = {
  progress: progressMessages,
  spoken: spokenMessages,
  log: logMessages,
  output: outputMessages,
  runCard: runCardMessages,
  generator: generatorMessages,
  generatorForm: generatorFormMessages,
}
