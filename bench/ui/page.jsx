// One list in a page, controlled from outside: append, jump, search. The lines are a run's lines, as stored by the client.
import '@inferstream/ui/styles.css'
import { inference } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { lists } from './lists.jsx'

const variant = new URL(location.href).searchParams.get('variant')
const List = lists[variant]

const sections = variant === 'folded' ? 500 : 0
/** Lines of a section; 0 without sections. */
let sectionLength = 0

/** Lines of 20 to 219 characters, so that most of them wrap somewhere. */
function linesFrom(first, count) {
  return Array.from({ length: count }, (_, at) => {
    const index = first + at
    if (sectionLength > 0 && index % sectionLength === 0) return `::group::part ${index / sectionLength + 1}`
    if (sectionLength > 0 && index % sectionLength === sectionLength - 1) return '::endgroup::'
    return `[${String(index).padStart(7, '0')}] `.padEnd(20 + ((index * 37) % 200), 'denoising step ')
  })
}

const transport = scriptedTransport()
const client = inference({ transport })
const stream = await client.run({ app: 'bench', input: {} }, { stream: true, maxLogLines: Infinity })

const listeners = new Set()
let shown = stream.state.logs
const show = () => {
  shown = stream.state.logs
  for (const listener of listeners) listener()
}
const subscribe = (listener) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function Page() {
  return <List lines={useSyncExternalStore(subscribe, () => shown)} />
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
const scroller = () =>
  [...document.querySelectorAll('#root *')].find(
    (element) =>
      element.scrollHeight > element.clientHeight + 10 && /auto|scroll/.test(getComputedStyle(element).overflowY),
  )

let longest = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration)
}).observe({ type: 'longtask' })

const found = () => document.querySelector('[data-slot="log-list-match-count"]')?.textContent ?? ''

globalThis.bench = {
  /** Creates the lines without a list, to separate the memory and start-up time of the two. */
  fill(count) {
    sectionLength = sections === 0 ? 0 : Math.ceil(count / sections)
    const step = 100_000
    for (let first = 0; first < count; first += step) {
      transport.last.update({ status: 'running', logs: linesFrom(first, Math.min(step, count - first)) })
    }
    shown = stream.state.logs
  },
  async mount() {
    createRoot(document.getElementById('root')).render(<Page />)
    for (let frames = 0; frames < 20; frames++) await frame()
    // What is read in the background.
    if (variant === 'ours' || variant === 'folded') await new Promise((resolve) => setTimeout(resolve, 3_000))
  },
  /** 100 lines a frame. */
  async append(frames) {
    for (let count = 0; count < frames; count++) {
      await frame()
      transport.last.update({ logs: linesFrom(stream.state.logs.length, 100) })
      show()
    }
    await frame()
  },
  async jump(times) {
    for (let count = 0; count < times; count++) {
      const element = scroller()
      element.scrollTop = ((count * 0.6180339887) % 1) * (element.scrollHeight - element.clientHeight)
      await frame()
      await frame()
    }
  },
  async search(query) {
    const field = document.querySelector('input[type="search"]')
    // React detects changes through the native value setter.
    const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
    longest = 0
    const from = performance.now()
    own.set.call(field, query)
    field.dispatchEvent(new Event('input', { bubbles: true }))
    let first = null
    while (found() === '' || found().endsWith('+')) {
      if (first === null && /[1-9]/.test(found())) first = performance.now() - from
      await frame()
    }
    first ??= performance.now() - from
    const all = performance.now() - from
    await new Promise((resolve) => setTimeout(resolve, 100))
    return { first, all, longest, found: found() }
  },
  /** Ends the search, and waits until it has. */
  async clear() {
    const field = document.querySelector('input[type="search"]')
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '')
    field.dispatchEvent(new Event('input', { bubbles: true }))
    for (let frames = 0; frames < 5; frames++) await frame()
  },
  megabytes() {
    let characters = 0
    for (let index = 0; index < shown.length; index++) characters += shown[index].length
    return characters / 1e6
  },
  elements: () => document.querySelectorAll('#root *').length,
}
