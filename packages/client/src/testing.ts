export { scriptedTransport } from './scripted-transport.ts'
export type { ScriptedRun, ScriptedTransport } from './scripted-transport.ts'
