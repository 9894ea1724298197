export { checkAnswer, readEventBatches, readEvents, request } from './transports/event-stream.ts'
export type { BackendRequest, HeadersOption, ServerSentEvent } from './transports/event-stream.ts'
