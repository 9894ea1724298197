export { readEventBatches, readEvents, request } from './transports/event-stream.ts'
export type { ServerSentEvent } from './transports/event-stream.ts'
