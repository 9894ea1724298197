import type { JsonObject } from '../apps/app.ts'
import type { FileStore } from '../files.ts'
import { createId } from '../ids.ts'
import type { Task } from '../tasks/task.ts'
import type { AgentSetup } from './agent-setup.ts'
import { CallAccumulator } from './call-accumulator.ts'
import type { Chat, Happening } from './chat.ts'
import type { Attachment, InterruptReason } from './chat-state.ts'
import type { NewInvocation } from './reduce-chat.ts'
import { nextQueued } from './chat-state.ts'
import { conversation } from './conversation.ts'
import type { Model, ModelCall } from './model.ts'
import type { Tool } from './tool.ts'

export interface TurnLimits {
  /** Answers of the model in one turn: each may call tools, and the next one gets their results. */
  steps: number
  /** Milliseconds that a turn waits for a person or a client tool. */
  inputMs: number
  /** Characters of one answer, its thinking included; a longer one fails its turn. */
  answerCharacters: number
}

export interface TurnDependencies {
  model: Model
  files: FileStore
  limits: TurnLimits
  /** Starts a task for an app tool; a throw, such as for input that does not fit, fails the call. */
  startTask: (run: { ref: string; input: unknown; baseUrl: string; chatId: string }) => Task
  cancelTask: (task: Task) => void
}

/** The reply to a call that waited. */
type Reply =
  | { type: 'result'; result: string }
  | { type: 'allow'; arguments?: JsonObject | undefined }
  | { type: 'deny'; reason: string }
  | { type: 'expired' }

/** Runs the turns of chats: calls the model, runs tools, waits for people, then starts the next queued message. */
export class Turns {
  readonly #dependencies: TurnDependencies
  readonly #active = new Map<Chat, AbortController>()
  /** Waiting calls, by id. */
  readonly #waiting = new Map<string, (reply: Reply) => void>()

  constructor(dependencies: TurnDependencies) {
    this.#dependencies = dependencies
  }

  /** Adds a message and starts a turn with it, or leaves it queued while one is in progress. Returns its id. */
  ask(chat: Chat, message: { text: string; attachments: readonly Attachment[] }): string {
    const messageId = createId()
    chat.apply({ type: 'asked', messageId, ...message })
    if (!chat.busy) this.#start(chat, nextQueued(chat.state)?.id ?? messageId)
    return messageId
  }

  /** Ends the turn in progress, if any; a queued message is answered next. */
  stop(chat: Chat): void {
    this.#active.get(chat)?.abort()
    this.#active.delete(chat)
    if (chat.apply({ type: 'turn-ended', status: 'canceled', error: null })) this.#goOn(chat)
  }

  /** Delivers the reply to a waiting call. False if nothing waits. */
  reply(invocationId: string, reply: Exclude<Reply, { type: 'expired' }>): boolean {
    const settle = this.#waiting.get(invocationId)
    settle?.(reply)
    return settle !== undefined
  }

  /** Ends the turn in progress of a deleted chat. */
  drop(chat: Chat): void {
    this.#active.get(chat)?.abort()
    this.#active.delete(chat)
    chat.apply({ type: 'turn-ended', status: 'canceled', error: null })
  }

  /** Ends everything. */
  close(): void {
    for (const controller of this.#active.values()) controller.abort()
    this.#active.clear()
  }

  #goOn(chat: Chat): void {
    const next = nextQueued(chat.state)
    if (next && !chat.busy) this.#start(chat, next.id)
  }

  /** The chat is busy, and the answer's row exists, before this returns (protocol §9.4). */
  #start(chat: Chat, messageId: string): void {
    const controller = new AbortController()
    const rowId = createId()
    chat.apply({ type: 'turn-started', runId: createId(), messageId })
    chat.apply({ type: 'step-started', messageId: rowId })
    this.#active.set(chat, controller)
    void new Turn(chat, controller.signal, this.#dependencies, this.#waiting).run(rowId).finally(() => {
      // A stopped turn may still be unwinding while the next one runs.
      if (this.#active.get(chat) !== controller) return
      this.#active.delete(chat)
      this.#goOn(chat)
    })
  }
}

/** One turn, from its first step to its end. Once its signal is aborted it no longer changes the chat. */
class Turn {
  readonly #chat: Chat
  /** The agent that began the turn also ends it, even if the chat's agent was changed in between. */
  readonly #setup: AgentSetup
  readonly #signal: AbortSignal
  readonly #dependencies: TurnDependencies
  readonly #waiting: Map<string, (reply: Reply) => void>

  constructor(
    chat: Chat,
    signal: AbortSignal,
    dependencies: TurnDependencies,
    waiting: Map<string, (reply: Reply) => void>,
  ) {
    this.#chat = chat
    this.#setup = chat.setup
    this.#signal = signal
    this.#dependencies = dependencies
    this.#waiting = waiting
  }

  /** Never rejects: failures end the turn in the chat. */
  async run(firstRowId: string): Promise<void> {
    const { limits } = this.#dependencies
    try {
      let rowId = firstRowId
      for (let step = 1; ; step++) {
        const invocations = await this.#step(rowId)
        if (invocations.length === 0) break
        if (step === limits.steps) throw new Error(`The agent called tools ${step} times without coming to an answer.`)
        await Promise.all(invocations.map((invocation) => this.#call(invocation)))
        rowId = createId()
        this.#apply({ type: 'step-started', messageId: rowId })
      }
      this.#apply({ type: 'turn-ended', status: 'completed', error: null })
    } catch (error) {
      if (this.#signal.aborted) return
      const reason = error instanceof Error ? error.message : String(error)
      this.#chat.apply({ type: 'turn-ended', status: 'failed', error: reason })
    }
  }

  /** Throws once the turn was stopped, to unwind it. */
  #apply(happening: Happening): void {
    this.#signal.throwIfAborted()
    this.#chat.apply(happening)
  }

  async #step(rowId: string): Promise<NewInvocation[]> {
    const { model, files, limits } = this.#dependencies
    const request = {
      systemPrompt: this.#setup.systemPrompt,
      tools: this.#setup.tools,
      messages: await conversation(this.#chat.state, files),
      memory: this.#chat.state.memory,
    }
    const calls = new CallAccumulator()
    let characters = 0
    let unstored = 0
    for await (const delta of model.answer(request, this.#signal)) {
      calls.add(delta)
      const length = JSON.stringify(delta).length
      characters += length
      unstored += length
      if (characters > limits.answerCharacters) {
        throw new Error(`The answer is longer than ${limits.answerCharacters} characters.`)
      }
      // The row is sent again each time its text has doubled: it lags behind, and the total stays linear.
      const stored = unstored > Math.max(1_000, characters / 2)
      if (stored) unstored = 0
      this.#apply({ type: 'delta-arrived', messageId: rowId, delta, stored })
    }
    const invocations = calls.calls().map((call) => this.#invocation(call))
    this.#apply({ type: 'step-ended', messageId: rowId, invocations })
    return invocations
  }

  #invocation(call: ModelCall): NewInvocation {
    const tool = this.#tool(call.name)
    return {
      ...call,
      id: createId(),
      type: tool?.type ?? 'internal',
      displayName: tool?.displayName ?? call.name,
    }
  }

  #tool(name: string): Tool | undefined {
    return this.#setup.tools.find((tool) => tool.name === name)
  }

  async #call(invocation: NewInvocation): Promise<void> {
    const tool = this.#tool(invocation.name)
    try {
      if (!tool) throw new Error(`There is no tool ${JSON.stringify(invocation.name)}.`)
      const isAllowed = !tool.needsApproval || this.#chat.state.alwaysAllowed.includes(tool.name)
      const allowed = isAllowed ? invocation : await this.#askForApproval(invocation)
      if (!allowed) return
      if (tool.type === 'client') await this.#askClient(allowed)
      else await this.#runTool(tool, allowed)
    } catch (error) {
      if (this.#signal.aborted) throw error
      this.#end(invocation, 'failed', error instanceof Error ? error.message : String(error), 'allow')
    }
  }

  /** The call as it was allowed; null when it was not, and has ended. */
  async #askForApproval(invocation: NewInvocation): Promise<NewInvocation | null> {
    const reply = await this.#wait(invocation, 'tool_approval', (decision) => {
      if (decision.type === 'allow') {
        this.#apply({ type: 'call-allowed', invocationId: invocation.id, arguments: decision.arguments })
      } else if (decision.type === 'deny') {
        const reason = decision.reason === '' ? '' : `: ${decision.reason}`
        this.#end(invocation, 'cancelled', `The user did not allow this${reason}`, 'deny')
      } else this.#end(invocation, 'failed', 'The tool call was not approved in time.', 'expired')
    })
    return reply.type === 'allow' ? { ...invocation, arguments: reply.arguments ?? invocation.arguments } : null
  }

  async #askClient(invocation: NewInvocation): Promise<void> {
    await this.#wait(invocation, 'client_tool', (reply) => {
      if (reply.type === 'result') this.#end(invocation, 'completed', reply.result, 'allow')
      else if (reply.type === 'deny') this.#end(invocation, 'cancelled', reply.reason, 'deny')
      else this.#end(invocation, 'failed', 'The client gave no result in time.', 'expired')
    })
  }

  async #runTool(tool: Tool, invocation: NewInvocation): Promise<void> {
    if (tool.app) {
      await this.#runApp(tool.app, invocation)
      return
    }
    if (!tool.run) throw new Error(`The local engine does not call tools of the type "${tool.type}".`)
    this.#apply({ type: 'call-started', invocationId: invocation.id, executionId: null })
    const result = await tool.run(invocation.arguments, {
      memory: this.#chat.state.memory,
      remember: (key, value) => this.#apply({ type: 'remembered', key, value }),
    })
    this.#end(invocation, 'completed', result, 'allow')
  }

  async #runApp(app: NonNullable<Tool['app']>, invocation: NewInvocation): Promise<void> {
    const { startTask, cancelTask } = this.#dependencies
    const input = { ...app.input, ...invocation.arguments }
    const task = startTask({ ref: app.ref, input, baseUrl: this.#chat.baseUrl, chatId: this.#chat.id })
    const cancel = () => cancelTask(task)
    this.#signal.addEventListener('abort', cancel, { once: true })
    this.#apply({ type: 'call-started', invocationId: invocation.id, executionId: task.id })
    await task.settled()
    this.#signal.removeEventListener('abort', cancel)
    const { status, output, error } = task.state
    if (status === 'completed') this.#end(invocation, 'completed', JSON.stringify(output), 'allow')
    else if (status === 'cancelled') this.#end(invocation, 'cancelled', 'The task was cancelled.', 'allow')
    else this.#end(invocation, 'failed', error ?? 'The task failed.', 'allow')
  }

  /** Resolves to the reply, which the chat shows immediately; rejects when the turn is stopped. */
  #wait({ id }: NewInvocation, reason: InterruptReason, show: (reply: Reply) => void): Promise<Reply> {
    const { inputMs } = this.#dependencies.limits
    const expiresAt = new Date(Date.now() + inputMs).toISOString()
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#waiting.delete(id)
        clearTimeout(timer)
        this.#signal.removeEventListener('abort', stopped)
      }
      const stopped = () => {
        done()
        reject(new Error('The turn was stopped.'))
      }
      const settle = (reply: Reply) => {
        done()
        show(reply)
        resolve(reply)
      }
      const timer = setTimeout(() => settle({ type: 'expired' }), inputMs).unref()
      this.#signal.addEventListener('abort', stopped, { once: true })
      this.#waiting.set(id, settle)
      this.#chat.apply({ type: 'call-interrupted', invocationId: id, reason, interruptId: createId(), expiresAt })
    })
  }

  #end(
    { id }: NewInvocation,
    status: 'completed' | 'failed' | 'cancelled',
    result: string,
    how: 'allow' | 'deny' | 'expired',
  ): void {
    this.#apply({ type: 'call-ended', invocationId: id, status, result, how, messageId: createId() })
  }
}
