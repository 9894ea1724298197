import type { GeneratorFormMessages } from '../generator/fields/messages.ts'
import type { GeneratorMessages } from '../generator/messages.ts'
import type { LogMessages } from '../log-list/model/messages.ts'
import type { ProgressMessages } from '../progress-display/messages.ts'
import type { RunCardMessages } from '../run-card/messages.ts'
import type { OutputMessages } from '../task-output/messages.ts'
import type { SpokenMessages } from '../progress-display/spoken-messages.ts'

/** Every text that the components show or announce. Numbers and durations are already formatted for the locale. */
export interface Messages {
  progress: ProgressMessages
  spoken: SpokenMessages
  log: LogMessages
  output: OutputMessages
  runCard: RunCardMessages
  generator: GeneratorMessages
  generatorForm: GeneratorFormMessages
}
