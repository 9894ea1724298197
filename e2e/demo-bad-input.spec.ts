import { expect } from '@playwright/test'
import { test, run, result, bar, done, message, renderFor } from './demo-page.ts'
import { startDemo } from './start-demo.ts'

test.describe('bad input ends in one sentence, with what was typed still there', () => {
  test.use({ refused: true })

  test('an unknown app: the sentence names it', async ({ page }) => {
    await page.goto('/?app=local/path-trace')
    await expect(page.getByText(/There is no app "local\/path-trace"/).first()).toBeVisible()
    await expect(page.getByRole('radio', { name: /local\/path-trace/ })).toBeChecked()
  })

  test('a link to a run that is gone: the page says so, and a new run can be started', async ({ page }) => {
    await renderFor(page, 2)
    await page.goto('/?run=01nosuchrun')
    await expect(
      result(page)
        .getByText(/01nosuchrun|gone|no task/i)
        .first(),
    ).toBeVisible()
    await run(page).click()
    await done(page)
  })

  test('storage that is switched off: everything works in this page', async ({ page }) => {
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(globalThis, name, {
          get: () => {
            throw new DOMException('Storage is switched off.', 'SecurityError')
          },
        })
      }
    })
    await renderFor(page, 2)
    await page.goto('/')
    await run(page).click()
    await done(page)
    await page.goto('/chat')
    await message(page).fill('What is 17 * 23?')
    await message(page).press('Enter')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByRole('log').getByText('17 * 23 = 391.')).toBeVisible()
  })

  test('a file of the wrong type is refused at its field, one of 100 MB by a sentence', async ({ page }) => {
    const choose = (name: string, type: string, size: number) =>
      page.locator('input[type=file]').evaluate(
        (input: HTMLInputElement, [fileName, fileType, bytes]) => {
          const files = new DataTransfer()
          files.items.add(new File([new Uint8Array(bytes).fill(97)], fileName, { type: fileType }))
          input.files = files.files
          input.dispatchEvent(new Event('change', { bubbles: true }))
        },
        [name, type, size] as const,
      )
    await page.goto('/?app=local/report')
    await choose('picture.png', 'image/png', 10)
    await expect(page.locator('form').getByText(/text\/plain/)).toBeVisible()
    await choose('long.txt', 'text/plain', 100 * 1024 * 1024)
    await run(page).click()
    await expect(page.getByText(/64 MiB/).first()).toBeVisible()
    await choose('short.txt', 'text/plain', 100)
    await run(page).click()
    await done(page)
  })

  test('an engine that is not running: the page says so, and its form can be asked for again', async ({ page }) => {
    const demo = await startDemo({ port: 4700, env: { INFERENCE_BASE_URL: 'http://127.0.0.1:9' } })
    try {
      await page.goto(demo.address)
      await expect(page.getByText(/is the engine running at http:\/\/127\.0\.0\.1:9/).first()).toBeVisible()
      await expect(page.getByRole('button', { name: /Reload|Try again/ }).first()).toBeVisible()
    } finally {
      await demo.stop()
    }
  })

  test('an engine that stops in mid-run: a banner, and the run goes on when it is back', async ({ page }) => {
    const { createEngine } = await import('../packages/engine/dist/index.js')
    const engine = await createEngine({ heartbeatMs: 2_000 })
    const demo = await startDemo({ port: 4710, env: { INFERENCE_BASE_URL: engine.url } })
    try {
      await page.goto(demo.address)
      await run(page).click()
      await expect(bar(page)).toHaveAttribute('aria-valuenow', /[1-9]/)
      await fetch(`${engine.url}/__chaos`, { method: 'POST', body: JSON.stringify({ rules: 'restart=6000' }) })
      await expect(page.getByText(/No answer from the local engine/)).toBeVisible()
      await done(page)
      await expect(page.getByText(/No answer from the local engine/)).toBeHidden()
    } finally {
      await demo.stop()
      await engine.close()
    }
  })
})
