export { recordRun, replayRun } from './record-run.ts'
export { scriptedTransport } from './scripted-transport.ts'
export type { ScriptedRun, ScriptedTransport } from './scripted-transport.ts'
