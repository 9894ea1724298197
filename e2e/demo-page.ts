import { AxeBuilder } from '@axe-core/playwright'
import { expect, test as base } from '@playwright/test'
import type { Page } from '@playwright/test'

/** What the development server and React say to developers alone. */
const forDevelopers = /\[vite\]|React DevTools/

/** Fails a test whose page wrote anything to the console; what the browser says of a lost request, unless `refused` says that it is meant. */
export const test = base.extend<{ refused: boolean; quiet: void }>({
  refused: [false, { option: true }],
  quiet: [
    async ({ page, refused }, use) => {
      const messages: string[] = []
      page.on('console', (message) => {
        const meant = refused && /Failed to load resource|net::ERR/.test(message.text())
        if (!meant && !forDevelopers.test(message.text())) messages.push(message.text())
      })
      page.on('pageerror', (error) => messages.push(error.message))
      await use()
      expect(messages).toEqual([])
    },
    { auto: true },
  ],
})

export const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true })
export const cancel = (page: Page) => page.locator('.run-button').filter({ hasText: 'Cancel' })
export const result = (page: Page) => page.locator('.result')
export const bar = (page: Page) => result(page).getByRole('progressbar')
export const percent = (page: Page) => bar(page).getAttribute('aria-valuenow').then(Number)
export const log = (page: Page) => page.getByRole('log', { name: 'Log', exact: true })
export const done = (page: Page) => expect(result(page).getByText('Done', { exact: true })).toBeVisible()
export const ledger = (page: Page) => page.locator('.break > .ledger')
export const message = (page: Page) => page.getByRole('textbox', { name: 'Message' })

/** From here on a picture takes these seconds. */
export const renderFor = (page: Page, seconds: number) =>
  page.route('**/api/inference/**', async (route) => {
    const request = route.request()
    const body: unknown = request.method() === 'POST' ? request.postDataJSON() : null
    if (typeof body !== 'object' || !body || !('input' in body)) return route.continue()
    return route.continue({ postData: JSON.stringify({ ...body, input: { ...Object(body.input), seconds } }) })
  })

export const axe = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
}

export const say = async (page: Page, text: string) => {
  await message(page).fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}
