// One chat with either hook and the same rows, and its counters.
const variants = { ours: () => import('./ours.jsx'), official: () => import('./official.jsx') }

const { variant, ...where } = Object.fromEntries(new URLSearchParams(location.search))
const bench = {
  ...where,
  commits: 0,
  frames: 0,
  rows: 0,
  messages: [],
  commit: () => (bench.commits += 1),
  rendered: () => (bench.rows += 1),
  show: (messages) => void (bench.messages = messages),
  open,
  ask: (question) => {
    asked = bench.messages.length
    void actions.sendMessage(question)
  },
  /** Resolves once that many characters of the answer are shown. */
  reaches: (length) => until(() => answerLength() >= length),
  counts: () => ({ commits: bench.commits, frames: bench.frames, rows: bench.rows }),
}
/** Number of messages before the last question. */
let asked = Infinity

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

async function until(holds) {
  const deadline = performance.now() + 120_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('The answer did not end in time.')
    await nextFrame()
  }
}

/** Loads the whole chat; the first page may still be loading. */
async function open(messages) {
  while (bench.messages.length < messages) {
    await actions.loadOlder()
    await nextFrame()
  }
}

function answerLength() {
  const { parts, content } = bench.messages[asked + 1] ?? {}
  return (parts ?? content ?? []).reduce((sum, { type, text }) => sum + (type === 'text' ? (text?.length ?? 0) : 0), 0)
}

function countFrames() {
  bench.frames += 1
  requestAnimationFrame(countFrames)
}
requestAnimationFrame(countFrames)

const { mount } = await variants[variant]()
const actions = await mount(document.querySelector('#root'), bench)
globalThis.bench = bench
