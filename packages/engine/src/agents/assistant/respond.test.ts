import { describe, expect, it } from 'vitest'
import { readTools } from '../declared-tools.ts'
import type { ModelMessage, ModelRequest, ReceivedFile } from '../model.ts'
import { assistantTools, lookUp } from './assistant-tools.ts'
import { refusal, respond } from './respond.ts'

const user = (text: string, files: ReceivedFile[] = []): ModelMessage => ({ role: 'user', text, files })

function request(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { systemPrompt: '', tools: [...assistantTools, lookUp], messages: [user(text)], memory: {}, ...more }
}

function afterCall(
  text: string,
  name: string,
  args: Record<string, unknown>,
  result: string,
  more: Partial<ModelRequest> = {},
) {
  const messages: ModelMessage[] = [
    user(text),
    { role: 'assistant', text: '', calls: [{ callId: 'c', name, arguments: args }] },
    { role: 'tool', callId: 'c', name, arguments: args, status: 'completed', text: result },
  ]
  return respond(request(text, { messages, ...more })).text
}

describe('the assistant calls', () => {
  it.each<[text: string, name: string, args: Record<string, unknown>]>([
    ['What is 17 * 23?', 'calculate', { expression: '17 * 23' }],
    ['what is 17 times 23', 'calculate', { expression: '17 * 23' }],
    ['Calculate (2 + 3) ^ 2 / 4, please', 'calculate', { expression: '(2 + 3) ^ 2 / 4' }],
    ['sqrt(2) plus 1?', 'calculate', { expression: 'sqrt(2) + 1' }],
    ['How much is 1,200 divided by 7?', 'calculate', { expression: '1200 / 7' }],
    ['What is 15% of 80?', 'calculate', { expression: '15 / 100 * 80' }],
    ['2.5 - 1', 'calculate', { expression: '2.5 - 1' }],
    ['Render a glass marble at sunset', 'render', { prompt: 'glass marble at sunset' }],
    [
      'Please draw me a picture of a cat, 64x40 with 2 samples.',
      'render',
      { prompt: 'cat', width: 64, height: 40, samples: 2 },
    ],
    ['Show me an image of the sea', 'render', { prompt: 'sea' }],
    [
      'How does a task resume after a lost connection?',
      'search_docs',
      { query: 'How does a task resume after a lost connection?' },
    ],
    ['Search the docs for chaos rules', 'search_docs', { query: 'for chaos rules' }],
    ['Remember that my name is Ada.', 'remember', { key: 'my name', value: 'Ada' }],
    ['Remember to buy milk', 'remember', { key: 'to buy milk', value: 'to buy milk' }],
    ['Explain quantum entanglement', 'look_up', { topic: 'quantum entanglement' }],
    ['Who was Ada Lovelace?', 'look_up', { topic: 'Ada Lovelace' }],
  ])('for "%s" %s', (text, name, args) => {
    const response = respond(request(text))
    expect(response.calls).toEqual([{ name, arguments: args }])
    expect(response.reasoning).not.toBe('')
  })

  it('one tool for each request in the message', () => {
    const { calls } = respond(request('Render a red ball. What is 2 + 3? Then explain entropy.'))
    expect(calls.map(({ name }) => name)).toEqual(['render', 'calculate', 'look_up'])
  })

  it('no tool for a message that no rule matches, and says so', () => {
    expect(respond(request('Frobnicate the widget'))).toMatchObject({ text: refusal, calls: [] })
  })

  it('only tools that it was given', () => {
    expect(respond(request('What is 17 * 23?', { tools: [] }))).toMatchObject({ text: refusal, calls: [] })
    expect(respond(request('Explain entropy', { tools: assistantTools }))).toMatchObject({ text: refusal, calls: [] })
  })
})

describe('the assistant uses the tools of an agent config', () => {
  const { tools: own } = readTools([
    {
      name: 'get_weather',
      type: 'client',
      description: 'Current weather of a city',
      client: {
        input_schema: {
          type: 'object',
          properties: {
            city: { type: 'string' },
            unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
            days: { type: 'integer' },
          },
          required: ['city', 'unit'],
        },
      },
    },
    {
      type: 'function',
      function: {
        name: 'setColor',
        description: 'Paints the page',
        parameters: { type: 'object', properties: { color: { type: 'string' } } },
      },
    },
    {
      name: 'search_web',
      type: 'client',
      description: 'Searches the web',
      client: { input_schema: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] } },
    },
    {
      name: 'add',
      type: 'client',
      description: 'Adds two numbers',
      client: { input_schema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } } },
    },
  ])
  const tools = [...own, ...assistantTools]

  it.each<[text: string, name: string, args: Record<string, unknown>]>([
    ["What's the weather in Paris?", 'get_weather', { city: 'Paris', unit: 'celsius' }],
    ['Weather for New York in fahrenheit for 3 days', 'get_weather', { city: 'New York', unit: 'fahrenheit', days: 3 }],
    ['Set the color to "dark blue"', 'setColor', { color: 'dark blue' }],
    ['Use get_weather for Oslo', 'get_weather', { city: 'Oslo', unit: 'celsius' }],
    ['Explain quantum entanglement', 'search_web', { query: 'quantum entanglement' }],
    ['What is 4 + 5?', 'add', { a: 4, b: 5 }],
    ['What is 17 * 23?', 'calculate', { expression: '17 * 23' }],
  ])('for "%s" %s', (text, name, args) => {
    expect(respond(request(text, { tools })).calls).toEqual([{ name, arguments: args }])
  })

  it('and quotes their results, JSON as words', () => {
    expect(afterCall('Weather?', 'get_weather', {}, '{"sky":"clear","wind":{"speed_kmh":12}}', { tools })).toBe(
      'get_weather says: sky: clear, wind: speed kmh: 12',
    )
  })
})

describe('the assistant answers', () => {
  it.each([
    ['calculate', { expression: '17 * 23' }, '391', '17 * 23 = 391.'],
    ['look_up', { topic: 'x' }, 'It is so.', 'look_up says: It is so.'],
    ['remember', { key: 'my name', value: 'Ada' }, '{}', 'I will remember that your name is Ada.'],
    ['search_docs', { query: 'x' }, '[]', 'The documentation has nothing on that.'],
  ])('with the result of %s', (name, args, result, expected) => {
    expect(afterCall('…', name, args, result)).toBe(expected)
  })

  it('with the memory of the chat', () => {
    const memory = { 'my name': 'Ada', 'to buy milk': 'to buy milk' }
    expect(respond(request('What is my name?', { memory })).text).toBe('You told me that your name is Ada.')
    expect(respond(request('What do you remember?', { memory })).text).toBe(
      'I remember that your name is Ada and to buy milk.',
    )
    expect(respond(request('Hello', { memory })).text).toMatch(/^Hello, Ada! /)
  })

  it('with a story of the requested length; the same prompt gives the same story, another prompt another one', () => {
    const story = respond(request('Tell me a story about the train in 300 words')).text
    expect(story.split(/\s+/).length).toBeGreaterThan(200)
    expect(respond(request('Tell me a story about the train in 300 words')).text).toBe(story)
    expect(respond(request('Tell me a story about the sea in 300 words')).text).not.toBe(story)
  })

  it('with the names and details of the attachments', () => {
    const files: ReceivedFile[] = [
      { kind: 'image', uri: 'http://x/y/cat.png', name: 'cat.png' },
      {
        kind: 'file',
        uri: 'http://127.0.0.1/files/1',
        name: 'notes.txt',
        contentType: 'text/plain',
        size: 2_048,
        text: 'first\nsecond\n',
      },
    ]
    const { text } = respond(request('', { messages: [user('', files)] }))
    expect(text).toBe(
      'I received the image cat.png.\n\nI received the file notes.txt (text/plain, 2 kB). It begins with “first” and has 2 lines.',
    )
  })
})

describe('a system prompt', () => {
  it.each([
    ['Answer in upper case.', '17 * 23 = 391. OK?', /^[^a-z]+$/],
    ['Always end with "Over and out."', '', /391\. Over and out\.$/],
    ['Start every answer with "Ahoy!"', '', /^Ahoy! 17/],
  ])('is followed: %s', (systemPrompt, _text, expected) => {
    expect(afterCall('What is 17 * 23?', 'calculate', { expression: '17 * 23' }, '391', { systemPrompt })).toMatch(
      expected,
    )
  })

  it('gives the assistant its name, and is quoted in its thinking', () => {
    const response = respond(
      request('Who are you?', { systemPrompt: 'You are Nemo, captain of the Nautilus. Be brief.' }),
    )
    expect(response.text).toBe('I am Nemo, captain of the Nautilus, and I work by rules, not by a language model.')
    expect(response.reasoning).toContain('You are Nemo, captain of the Nautilus.')
  })
})
