// Everything of the client, so that one import is enough; a list here would be a second contract to keep in step.
export * from '@inferstream/client'
export type { GroupFacts, GroupSnapshot, RunCounts } from './run/group-snapshot.ts'
export { InferenceProvider, useInference } from './provider/inference-provider.tsx'
export type { InferenceProviderProps } from './provider/inference-provider.tsx'
export type { AgentActions, UseAgentOptions, UseAgentResult } from './agent/agent-types.ts'
export { useAgent } from './use-agent.ts'
export { useRunDurations } from './use-run-durations.ts'
export type { RunDurations } from './use-run-durations.ts'
export { useStream } from './use-stream.ts'
export { useStreamSelector } from './use-stream-selector.ts'
export { useStreams } from './use-streams.ts'
export type { UseAppStreamsResult, UseStreamsOptions, UseStreamsResult } from './use-streams.ts'
export { useTask } from './use-task.ts'
export type { UseTaskOptions } from './use-task.ts'
export type {
  AppBatchRun,
  AppOption,
  AppRunActions,
  BatchCallbacks,
  BatchFacts,
  BatchRun,
  Resume,
  ResumeStorage,
  RunActions,
  RunCallbacks,
  RunFacts,
  RunOutcome,
  RunSnapshot,
  UseAppStreamResult,
  UseStreamOptions,
  UseStreamResult,
  UseTaskResult,
} from './types.ts'
