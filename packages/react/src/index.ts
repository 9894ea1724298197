export * from '@inferstream/client'
export { InferenceProvider, useInference } from './inference-provider.tsx'
export type { InferenceProviderProps } from './inference-provider.tsx'
export { useStream } from './use-stream.ts'
export { useStreamSelector } from './use-stream-selector.ts'
export type {
  Resume,
  ResumeStorage,
  RunActions,
  RunOutcome,
  RunSnapshot,
  UseStreamOptions,
  UseStreamResult,
  UseTaskResult,
} from './types.ts'
