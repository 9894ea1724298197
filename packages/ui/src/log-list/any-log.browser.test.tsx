import '../styles.css'
import { scriptedTransport } from '@inferstream/client/testing'
import { inference } from '@inferstream/react'
import { useSyncExternalStore } from 'react'
import { expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { LogList } from './index.ts'

const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))

it('stays whole, whatever a program prints and a reader does', async () => {
  let seed = Number(import.meta.env['VITE_SEED'] ?? 11)
  const random = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed % below
  }
  const pick = <T,>(list: readonly T[]): T => list[random(list.length)]!
  const esc = '\u001B'
  const line = (): string =>
    pick([
      () => `plain ${random(1_000)}`,
      () => 'word '.repeat(random(80)),
      () => `ERROR: ${random(9)}`,
      () => 'Traceback (most recent call last):',
      () => `  File "a.py", line ${random(9)}`,
      () => `ValueError: ${random(9)}`,
      () => `::group::part ${random(99)}`,
      () => '::endgroup::',
      () => `${esc}[${random(9)}A`,
      () => `${esc}[2K${esc}[1Gagain ${random(9)}`,
      () => `${esc}[3${random(8)}m coloured`,
      () => String.fromCharCode(...Array.from({ length: random(40) }, () => random(0xff))),
      () => '漢字'.repeat(random(700)),
      () => '👩‍🚀'.repeat(random(60)),
      () => 'x'.repeat(random(9_000)),
      () => `a\rb\rc ${random(100)}%|███| ${random(100)}/100`,
      () => `${esc}]8;;javascript:alert(1)${esc}\\link${esc}]8;;${esc}\\`,
      () => `https://example.com/${random(99)}?${'q'.repeat(random(300))}`,
      () => '',
    ])()
  const transport = scriptedTransport()
  const client = inference({ transport })
  const stream = await client.run({ app: 'a/b', input: {} }, { stream: true, maxLogLines: 400 })
  const subscribe = (listener: () => void) => stream.subscribe(listener)
  const Page = ({ width }: { width: number }) => {
    const logs = useSyncExternalStore(subscribe, () => stream.state.logs)
    const pending = useSyncExternalStore(subscribe, () => stream.state.pendingLine)
    return (
      <div style={{ inlineSize: width }}>
        <LogList lines={logs} pending={pending} hash="" />
      </div>
    )
  }
  const errors: unknown[] = []
  const onError = (event: ErrorEvent) => errors.push(event.message)
  window.addEventListener('error', onError)
  const { rerender, container } = await render(<Page width={600} />)
  await expect.poll(() => container.querySelector('[role="toolbar"]')).not.toBeNull()
  const log = container.querySelector<HTMLElement>('[role="log"]')!
  const faults: string[] = []
  for (let round = 0; round < 40; round += 1) {
    transport.last.update({ status: 'running', logs: Array.from({ length: random(30) }, line) })
    const action = random(9)
    if (action === 0) log.scrollTop = random(20_000)
    if (action === 1) {
      log.focus()
      await userEvent.keyboard(
        pick([
          'f',
          'w',
          'e',
          'z',
          'l',
          'y',
          '{Home}',
          '{End}',
          '{Shift>}Z{/Shift}',
          '{Shift>}{ArrowDown}{/Shift}',
          '{Escape}',
        ]),
      )
    }
    if (action === 2) container.querySelector<HTMLElement>('[data-slot="log-list-section"]')?.click()
    if (action === 3) container.querySelector<HTMLElement>('[data-slot="log-list-more"]')?.click()
    if (action === 4) await rerender(<Page width={pick([320, 500, 900])} />)
    if (action === 5) {
      const field = container.querySelector<HTMLInputElement>('input[type="search"]')!
      await userEvent.fill(
        field,
        pick(['', 'plain', 'plain -9', '/p.*n \\d+/', 'level:error', '"word word"', '((', '漢']),
      )
    }
    await frame()
    const numbers = [
      ...container.querySelectorAll('[data-slot="log-list-rows"] > * > [data-slot="log-list-number"]'),
    ].map((number) => Number(number.textContent))
    const sorted = numbers.toSorted((a, b) => a - b)
    if (new Set(numbers).size !== numbers.length || numbers.join() !== sorted.join())
      faults.push(`${round}: ${numbers.join()}`)
    if (numbers.length === 0) faults.push(`${round}: nothing is shown`)
    const end = container.querySelector('[data-slot="log-list"]')!
    const isFollowing = end.hasAttribute('data-following')
    const total = stream.state.logs.dropped + stream.state.logs.length + (stream.state.pendingLine ? 1 : 0)
    const isFolded = container.querySelector('[data-slot="log-list-section"][data-folded]') !== null
    if (
      isFollowing &&
      !isFolded &&
      numbers.length > 0 &&
      numbers.at(-1)! < total - 1 &&
      !container.querySelector('[data-slot="log-list-section"]')
    )
      faults.push(`${round}: ${numbers.at(-1)} of ${total} at the end`)
    // Each row has the height that was computed for it.
    for (const row of container.querySelectorAll<HTMLElement>('[data-slot="log-list-rows"] > *')) {
      const height = row.getBoundingClientRect().height
      if (Math.abs(height / 20 - Math.round(height / 20)) > 0.05) faults.push(`${round}: a row of ${height} px`)
    }
  }
  window.removeEventListener('error', onError)
  expect(errors).toEqual([])
  expect(faults).toEqual([])
})
