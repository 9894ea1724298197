export { app } from './app.ts'
export { inference } from './client.ts'
export { collectLogs } from './collect-logs.ts'
export { InferstreamError } from './errors.ts'
export type { ErrorCode } from './errors.ts'
export { fromAsyncIterable } from './from-async-iterable.ts'
export { fromInferenceSdk } from './from-inference-sdk.ts'
export { idleState } from './idle-state.ts'
export { progressBar } from './progress-bar.ts'
export { RequirementsError, ValidationError } from './refusal-errors.ts'
export type { RequirementAction, ValidationIssue } from './refusal-errors.ts'
export { isTerminal, phaseOf, statusTables } from './status.ts'
export { StreamProcessor } from './stream-processor.ts'
export type {
  AdHocAgent,
  Agent,
  AgentEvent,
  AgentMessage,
  AgentOptions,
  AgentPart,
  AgentReply,
  AgentState,
  AgentToolCall,
  AppDetails,
  AppRef,
  AppSummary,
  ClientTools,
  ConnectionState,
  FileRef,
  FollowOptions,
  InferenceClient,
  InferenceOptions,
  LogEntry,
  LogSource,
  LogView,
  RetryOptions,
  RunConfig,
  RunDetachedOptions,
  RunManyOptions,
  RunOptions,
  RunStreamOptions,
  SendMessageOptions,
  StatusTableName,
  TaskList,
  TaskPhase,
  TaskPhaseSpan,
  TaskProgress,
  TaskResult,
  TaskSnapshot,
  TaskState,
  TaskStatus,
  TaskStream,
  TaskUpdate,
  Transport,
  UploadOptions,
} from './types.ts'
