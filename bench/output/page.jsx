// A form of 300 fields, a tree of 10,000 values, and a run from its preview to its result, controlled from outside.
import '@inferstream/ui/styles.css'
import { inference } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { InferenceProvider } from '@inferstream/react'
import { Generator } from '@inferstream/ui/generator'
import { TaskOutput } from '@inferstream/ui/task-output'
import { createRoot } from 'react-dom/client'

const transport = scriptedTransport()
const client = inference({ transport })
const root = createRoot(document.getElementById('root'))
const show = (content) => root.render(<InferenceProvider client={client}>{content}</InferenceProvider>)
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function until(met) {
  for (let value = met(); ; value = met()) {
    if (value) return value
    await frame()
  }
}

let longest = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration)
}).observe({ type: 'longtask' })
let shifted = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shifted += entry.value
}).observe({ type: 'layout-shift' })

const kinds = [
  { type: 'string', maxLength: 80 },
  { type: 'integer', minimum: 0, maximum: 50 },
  { type: 'boolean' },
  { type: 'string', enum: ['a', 'b', 'c'] },
  { type: 'string', enum: Array.from({ length: 20 }, (_, at) => `choice ${at}`) },
  { anyOf: [{ type: 'number' }, { type: 'null' }] },
]
const schemaOf = (count) => {
  const names = Array.from({ length: count }, (_, at) => `field_${at}`)
  const properties = Object.fromEntries(names.map((name, at) => [name, kinds[at % kinds.length]]))
  return { type: 'object', properties, required: names }
}

const fields = () => document.querySelectorAll('[data-slot="generator-field"]').length

async function form(count) {
  show(null)
  await frame()
  const from = performance.now()
  show(<Generator key={count} app="a/b" schema={schemaOf(count)} />)
  await until(() => fields() > 1)
  await new Promise((resolve) => setTimeout(resolve))
  const first = performance.now() - from
  await until(() => fields() === count)
  return { first, all: performance.now() - from }
}

/** A value typed as a person does; returns the longest time from a key to the frame after it. */
async function type(text) {
  const field = document.querySelector('[data-field="/field_0"] :is(input, textarea)')
  const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')
  let slowest = 0
  for (let length = 1; length <= text.length; length++) {
    await frame()
    const from = performance.now()
    own.set.call(field, text.slice(0, length))
    field.dispatchEvent(new Event('input', { bubbles: true }))
    slowest = Math.max(slowest, performance.now() - from)
  }
  return slowest
}

const picture = (size) => {
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = (size * 5) / 8
  canvas.getContext('2d').fillRect(0, 0, size / 2, size / 2)
  return canvas.toDataURL('image/png')
}

globalThis.bench = {
  async form() {
    // The code is loaded with the first form.
    await form(6)
    return { ...(await form(300)), key: await type('a lake at dusk') }
  },
  async tree() {
    const output = Array.from({ length: 100 }, (_, at) => ({
      at,
      box: Array.from({ length: 97 }, (__, index) => index),
    }))
    show(<TaskOutput output={{ result: output }} />)
    const box = await until(() =>
      [...document.querySelectorAll('#root *')].find(
        (one) => one.scrollHeight > one.clientHeight + 10 && /auto|scroll/.test(getComputedStyle(one).overflowY),
      ),
    )
    for (const toggle of document.querySelectorAll('[aria-expanded="false"]')) toggle.click()
    await pause(300)
    longest = 0
    for (let step = 0; step < 120; step++) {
      box.scrollTop = ((step * 0.6180339887) % 1) * (box.scrollHeight - box.clientHeight)
      await frame()
    }
    await pause(200)
    return { longest, elements: document.querySelectorAll('#root *').length }
  },
  async shift() {
    show(<Generator key="shift" app="a/b" schema={schemaOf(3)} initialInput={{ field_0: 'a', field_1: 4 }} />)
    const button = await until(() =>
      document.querySelector('[data-slot="generator-submit"][type="submit"]:not([aria-disabled])'),
    )
    await pause(600)
    shifted = 0
    button.click()
    await until(() => transport.runs.length > 0)
    transport.last.update({ status: 'running', logs: ['pass 1/2'] })
    await pause(100)
    for (const size of [120, 480]) {
      transport.last.update({ partial_output: { url: picture(size) } })
      await pause(150)
    }
    transport.last.complete({ url: picture(640) })
    await pause(600)
    return shifted
  },
}
