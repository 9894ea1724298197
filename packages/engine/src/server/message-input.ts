import type { Chat } from '../agents/chat.ts'
import type { Attachment } from '../agents/chat-state.ts'
import type { JsonObject } from '../apps/app.ts'
import { stringOr } from '../apps/schema.ts'
import { isObject } from './json-body.ts'
import { ProblemError, invalidRequest } from './problems.ts'
import type { Services } from './services.ts'

const mostAttachments = 32

/** A user's message: text, and files by their URLs (protocol §6, §7). Throws a problem if there is neither. */
export function readInput({ limits }: Services, input: JsonObject): { text: string; attachments: Attachment[] } {
  const text = checkLength(limits.chat.messageCharacters, typeof input['text'] === 'string' ? input['text'] : '')
  const files: Attachment[] = [...uris(input['attachments']), ...uris(input['files'])].map(({ uri, isImage }) => ({
    kind: isImage ? 'image' : 'file',
    uri,
  }))
  const images: Attachment[] = uris(input['images'] ?? input['image']).map(({ uri }) => ({ kind: 'image', uri }))
  const byUri = new Map([...files, ...images].map((attachment) => [attachment.uri, attachment]))
  if (text.trim() === '' && byUri.size === 0) {
    throw new ProblemError(invalidRequest('The message is empty: send {"input": {"text": "…"}}.', 422))
  }
  if (byUri.size > mostAttachments) {
    throw new ProblemError(invalidRequest(`A message may have up to ${mostAttachments} attachments.`, 422))
  }
  return { text, attachments: [...byUri.values()] }
}

/** Throws a problem if a text exceeds the limit. */
export function checkLength(limit: number, text: string): string {
  if (text.length <= limit) return text
  const detail = `The text has ${text.length} characters; the limit is ${limit}. Send longer text as a file.`
  throw new ProblemError(invalidRequest(detail, 413))
}

/** URLs, given as text or as file objects, single or in a list. */
function uris(value: unknown): { uri: string; isImage: boolean }[] {
  return (Array.isArray(value) ? value : [value]).flatMap((entry: unknown) => {
    if (typeof entry === 'string' && entry !== '') return [{ uri: entry, isImage: false }]
    if (!isObject(entry) || typeof entry['uri'] !== 'string') return []
    return [{ uri: entry['uri'], isImage: stringOr(entry['content_type'], '').startsWith('image/') }]
  })
}

/** Throws a problem if a chat has reached its length or queue limit. */
export function checkRoom({ limits }: Services, chat: Chat): void {
  const { state } = chat
  const queued = state.messages.filter(({ status }) => status === 'queued').length
  if (queued >= limits.chat.queuedMessages) {
    throw new ProblemError({
      status: 429,
      code: 'rate_limited',
      title: 'Queue full',
      detail: `${queued} messages of this chat are waiting already. Try again after some have been answered.`,
      headers: { 'retry-after': '5' },
    })
  }
  if (state.messages.length >= limits.chat.messages || chat.characters >= limits.chat.chatCharacters) {
    const detail = `The chat has ${state.messages.length} messages and has reached its limit. Start another chat.`
    throw new ProblemError({ status: 409, code: 'conflict', title: 'Chat is full', detail })
  }
}
