'use client'
import { useMessages } from '../../provider/use-messages.ts'
import type { LogMessages } from '../model/messages.ts'
import { logMessages } from '../model/tool-messages.ts'
import { useLogList, type LogListContextValue } from './log-list-context.ts'

export interface LogTools extends Omit<LogListContextValue, 'messages'> {
  messages: LogMessages
}

/** The log for a tool: with all its texts. */
export function useLogTools(part: string): LogTools {
  const list = useLogList(part)
  const messages = useMessages('log', logMessages)
  return { ...list, messages }
}
