// @vitest-environment node
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { inference, useAgent } from './index.ts'

it('renders an idle conversation on a server, and asks for nothing', () => {
  const fetch = vi.fn()
  const client = inference({ baseUrl: 'https://x.test', fetch })
  function Chat() {
    const { status, chatId, messages } = useAgent('my-org/assistant', { client, chatId: 'c1', resume: 'chat' })
    return (
      <p>
        {status} {chatId} {messages.length}
      </p>
    )
  }
  expect(renderToString(<Chat />).replaceAll('<!-- -->', '')).toBe('<p>idle c1 0</p>')
  expect(fetch).not.toHaveBeenCalled()
})
