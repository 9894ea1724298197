export { phaseOf } from './wire/phase.ts'
export { isInferstreamError } from './core/is-inferstream-error.ts'
export type {
  AdHocAgent,
  Agent,
  AgentEvent,
  AgentInterrupt,
  AgentMessage,
  AgentOptions,
  AgentPart,
  AgentReply,
  AgentState,
  AgentToolCall,
  ClientTools,
  InterruptDecision,
  SendMessageOptions,
} from './agent/agent-types.ts'
export type { InferenceClient } from './client/client-types.ts'
export { app } from './helpers/app.ts'
export { inference } from './client/client.ts'
export { collectLogs } from './helpers/collect-logs.ts'
export { InferstreamError } from './core/errors.ts'
export type { ErrorCode } from './core/errors.ts'
export type { Backend, BackendPromises, PlacedUpdate } from './transports/backend.ts'
export type { BackendUpdate } from './task/task-reducer.ts'
export type {
  ChatBackend,
  ChatMessageInput,
  ChatMessageUpdate,
  ChatUpdate,
  PlacedChatUpdate,
} from './transports/chat-backend.ts'
export { fromAsyncIterable } from './transports/from-async-iterable.ts'
export { fromBackend } from './transports/from-backend.ts'
export { fromChatBackend } from './transports/from-chat-backend.ts'
export { fromInferenceSdk } from './transports/from-inference-sdk.ts'
export { idleState } from './log/idle-state.ts'
export { dehydrateTask, hydrateTask } from './helpers/plain-task.ts'
export type { PlainTaskState } from './helpers/plain-task.ts'
export { progressBar } from './helpers/progress-bar.ts'
export { RequirementsError, ValidationError } from './http/refusal-errors.ts'
export type { RequirementAction, ValidationIssue } from './http/refusal-errors.ts'
export { isTerminal, statusTables } from './wire/status.ts'
export { StreamProcessor } from './helpers/stream-processor.ts'
export type {
  AppDetails,
  AppRef,
  AppSummary,
  BackendResume,
  ConnectionState,
  FileRef,
  FollowOptions,
  InferenceOptions,
  ListOptions,
  LogEntry,
  LogSource,
  LogView,
  RequestOptions,
  RetryOptions,
  RunConfig,
  RunDetachedOptions,
  RunManyOptions,
  RunOptions,
  RunOutcome,
  RunStreamOptions,
  SettledRun,
  StatusTableName,
  TaskList,
  TaskListItem,
  TaskPhase,
  TaskPhaseSpan,
  TaskProgress,
  TaskResult,
  TaskSnapshot,
  TaskState,
  TaskStateStatus,
  TaskStatus,
  TaskStream,
  TaskUpdate,
  Transport,
  UploadOptions,
  UsageEvent,
} from './core/types.ts'
