import { aiSdkWire } from './ai-sdk-wire.ts'
import { durableStreamsWire } from './durable-wire.ts'
import { openAIResponsesWire } from './openai-responses-wire.ts'
import { ownWire } from './own-wire.ts'
import type { Wire } from './wire.ts'

/** The columns of the table. */
export const wires: readonly Wire[] = [ownWire, aiSdkWire, openAIResponsesWire, durableStreamsWire]
