import AxeBuilder from '@axe-core/playwright'
import { expect, test as base } from '@playwright/test'

/** Fails a test whose page wrote an error to the console. */
const test = base.extend<{ quiet: void }>({
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text())
      })
      page.on('pageerror', (error) => errors.push(error.message))
      await use()
      expect(errors).toEqual([])
    },
    { auto: true },
  ],
})

test('a newcomer watches a picture come out of the noise, cancels one run and finishes another', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Start' }).click()

  const bar = page.getByRole('progressbar')
  const percent = () => bar.getAttribute('aria-valuenow').then(Number)
  await expect.poll(percent).toBeGreaterThan(0)
  const first = await percent()
  await expect.poll(percent).toBeGreaterThan(first)

  const partial = page.getByRole('img', { name: /preview/i })
  const source = await partial.getAttribute('src')
  await expect(partial).not.toHaveAttribute('src', source!)
  await expect(page.getByRole('log')).toContainText(/pass/i)

  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Cancelled', { exact: true }).first()).toBeVisible()
  await expect(partial).toBeVisible()

  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible({ timeout: 45_000 })
  const image = page.getByRole('img', { name: /glass/i })
  await expect(image).toBeVisible()
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(480)
})

test('an unknown app ends in one sentence, with Retry and what was typed still there', async ({ page }) => {
  await page.goto('/')
  await page.getByLabel('App').fill('local/path-trace')
  await page.getByLabel('Prompt').fill('My careful prompt')
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByRole('alert')).toContainText('local/path-trace')
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
  await expect(page.getByLabel('Prompt')).toHaveValue('My careful prompt')
})

test('the page has no accessibility faults, idle and running, light and dark', async ({ page }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.goto('/')
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /\d/)
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled()
  }
})
