import type {
  AgentReply,
  AgentState,
  AgentToolCall,
  ClientTools,
  FileRef,
  InferenceClient,
  InferstreamError,
  InterruptDecision,
} from '@inferstream/client'
import type { Resume } from '../types.ts'

export interface UseAgentOptions {
  /** @defaultValue the client of the nearest `InferenceProvider`, else one for `/api/inference/proxy` */
  client?: InferenceClient | undefined
  /** Tools that run on this page: called when the agent asks for them, their results submitted, a throw as an error. */
  tools?: ClientTools | undefined
  /**
   * The conversation to show. Another id shows that one from the same render on; none begins a new one. The id of the
   * conversation that the hook began itself changes nothing.
   */
  chatId?: string | undefined
  /**
   * Keeps the conversation's id under `inferstream:<key>` for 24 hours, so that a reload shows it again. `reset` forgets
   * it. Not read while `chatId` is given.
   */
  resume?: Resume | undefined
  /**
   * For client tools waiting for a result that no `tools` entry answers, once per call. A value it returns is submitted, a
   * throw as an error; one that returns nothing leaves the call to `submitToolResult`.
   */
  onToolCall?: ((call: AgentToolCall) => unknown) | undefined
  /** A turn sent from here is over, however it ended. */
  onFinish?: ((reply: AgentReply) => void) | undefined
  /** What appears in `error`. */
  onError?: ((error: InferstreamError) => void) | undefined
}

/** No promise of these goes unhandled: awaiting them is optional. */
export interface AgentActions {
  /**
   * The message is shown at once; while a turn is under way it waits in `queued`. Resolves when its turn is over, rejects
   * when it could not be sent, when the connection was lost for good, and with `aborted` when the conversation was left.
   */
  sendMessage(this: void, text: string, options?: { files?: (Blob | FileRef)[] | undefined }): Promise<AgentReply>
  /** Sends the last message of the user again, its files too. */
  regenerate(this: void): Promise<AgentReply>
  /** Asks the service to stop the turn. Without one it does nothing. */
  stop(this: void): Promise<void>
  /** Leaves the conversation: the next message begins a new one. */
  reset(this: void): void
  /** Resolves to whether there are still older messages. */
  loadOlder(this: void): Promise<boolean>
  /** The first result of a call counts. */
  submitToolResult(this: void, callId: string, result: unknown): Promise<void>
  /**
   * @param options `args` replace the call's arguments, where it is `editable`.
   * @throws InferstreamError `config` for `args` of another call
   */
  approveTool(this: void, callId: string, options?: { args?: Record<string, unknown> | undefined }): Promise<void>
  rejectTool(this: void, callId: string, reason?: string): Promise<void>
  alwaysAllowTool(this: void, callId: string): Promise<void>
  /** Decides what the turn waits for: one of `interrupts`. */
  resolveInterrupt(this: void, id: string, decision: InterruptDecision): Promise<void>
  /** Takes a queued message back; its `sendMessage` resolves as `stopped`. */
  cancelMessage(this: void, messageId: string): Promise<void>
  /** Another name for `cancelMessage`. */
  cancelQueued(this: void, messageId: string): Promise<void>
}

export interface UseAgentResult extends AgentState, AgentActions {}
