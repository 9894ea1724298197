export { recordRun, replayRun } from './transports/recording.ts'
export { scriptedTransport } from './transports/scripted-transport.ts'
export type { ScriptedRun, ScriptedTransport } from './transports/scripted-transport.ts'
