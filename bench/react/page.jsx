// One page for all variants: each renders a status, a count of lines, and log lines, from the same feed.
const variants = {
  vanilla: () => import('./vanilla.jsx'),
  'vanilla-immediate': () => import('./vanilla.jsx'),
  'client-only': () => import('./client-only.jsx'),
  ours: () => import('./ours.jsx'),
  'ours-status': () => import('./ours-status.jsx'),
  reference: () => import('./reference.jsx'),
  'ai-sdk': () => import('./ai-sdk.jsx'),
  langchain: () => import('./langchain.jsx'),
}

const name = new URLSearchParams(location.search).get('variant')
const bench = {
  commits: 0,
  frames: 0,
  longest: 0,
  delays: [],
  start: null,
  onWarm: null,
  commit: () => (bench.commits += 1),
}
globalThis.bench = bench

/** Resolves once the page shows `completed`. */
const { mount } = await variants[name]()
const root = document.querySelector('#root')
const begin = await mount(root, bench, name)

bench.start = async (plan) => {
  // Warm-up: loads the code of a first run and lets the JIT compile it.
  await complete('warm')
  // Waits for what the end of a first run loads and stores.
  await new Promise((resolve) => setTimeout(resolve, 300))
  Object.assign(bench, { commits: 0, frames: 0, longest: 0 })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) bench.longest = Math.max(bench.longest, duration)
  }).observe({ type: 'longtask' })
  let isDone = false
  const count = () => {
    if (isDone) return
    bench.frames += 1
    requestAnimationFrame(count)
  }
  requestAnimationFrame(count)
  if (plan === 'paced') measureDelays()
  await bench.onWarm?.()
  await complete(plan)
  isDone = true
}

/** Resolves a frame after the page shows that the run has completed. */
async function complete(plan) {
  let hasStarted = false
  await new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const isCompleted = root.firstElementChild?.textContent?.includes('completed') ?? false
      if (isCompleted && hasStarted) {
        observer.disconnect()
        resolve()
      }
      hasStarted ||= !isCompleted
    })
    observer.observe(root, { subtree: true, childList: true, characterData: true })
    begin(plan)
  })
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
}

/** From the arrival of a chunk to the frame that shows its content. */
function measureDelays() {
  const read = Reflect.get(ReadableStreamDefaultReader.prototype, 'read')
  let arrived = 0
  ReadableStreamDefaultReader.prototype.read = async function () {
    const result = await read.call(this)
    arrived = performance.now()
    return result
  }
  new MutationObserver(() => {
    const since = arrived
    if (since === 0) return
    arrived = 0
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', () => bench.delays.push(performance.now() - since))
      port1.start()
      port2.postMessage(null)
    })
  }).observe(root, { subtree: true, childList: true, characterData: true })
}
