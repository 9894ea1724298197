import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'

const start = (page: Page) => page.getByRole('button', { name: 'Run', exact: true })
const result = (page: Page) => page.getByRole('region', { name: 'Result' })

async function openSettings(page: Page) {
  const more = page.getByText(/^More settings/)
  if (await more.isVisible()) await more.click()
}

test('a picture: its form is made from its schema, and its result is drawn', async ({ page }) => {
  await page.goto('/?app=infsh/flux-schnell')
  await page.getByRole('textbox', { name: 'Prompt' }).fill('a lake at dusk')
  await openSettings(page)
  await page.getByRole('spinbutton', { name: 'Samples per pixel' }).fill('2')
  await start(page).click()
  const image = result(page).getByRole('img', { name: 'a lake at dusk' })
  await expect(image).toBeVisible()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(480)
})

test('a video is played', async ({ page }) => {
  await page.goto('/?app=google/veo-3-1-fast')
  await page.getByRole('textbox', { name: 'Prompt' }).fill('sunset')
  await openSettings(page)
  await page.getByRole('spinbutton', { name: /frames/i }).fill('12')
  await page.getByRole('spinbutton', { name: /width/i }).fill('64')
  await page.getByRole('spinbutton', { name: /height/i }).fill('48')
  await start(page).click()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  await expect(result(page).locator('video, img').first()).toBeVisible()
})

test('a story is written while it is read', async ({ page }) => {
  await page.goto('/?app=local/story')
  await start(page).click()
  await expect(result(page)).toContainText(/\w+ \w+ \w+/)
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
})

test('a sound can be listened to', async ({ page }) => {
  await page.goto('/?app=local/tone')
  await start(page).click()
  await expect(result(page).locator('audio')).toBeVisible()
})

test('a wrong value is said at its field before anything is sent; the form comes back with its run', async ({
  page,
}) => {
  await page.goto('/?app=local/path-tracer')
  await page.getByRole('textbox', { name: 'Prompt' }).fill('a lake')
  await openSettings(page)
  const width = page.getByRole('spinbutton', { name: 'Width' })
  await width.fill('9000')
  await start(page).click()
  await expect(page.getByText('At most 1920')).toBeVisible()
  await expect(width).toBeFocused()
  await width.fill('480')
  // Long enough to be found after the reload.
  await page.getByRole('spinbutton', { name: 'Time budget (s)' }).fill('100')
  await start(page).click()
  // The service has answered: what it started is known after a reload.
  await expect(result(page).getByRole('img')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('a lake')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible()
  await expect(start(page)).toBeVisible()
})

test('by keyboard alone: a form is filled in, its run started, and cancelled from where it was started', async ({
  page,
}) => {
  await page.goto('/?app=local/path-tracer')
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible()
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-slot') ?? '')
  const tabTo = async (what: () => Promise<boolean>) => {
    for (let press = 0; press < 40; press++) {
      await page.keyboard.press('Tab')
      if (await what()) return
    }
    throw new Error('Tab does not lead there.')
  }
  const named = (name: string) => () =>
    page
      .locator('form')
      .getByLabel(name)
      .first()
      .evaluate((field) => field.contains(document.activeElement))
  await tabTo(named('Prompt'))
  await page.keyboard.type('a lake')
  await tabTo(() => page.evaluate(() => document.activeElement?.textContent?.startsWith('More settings') ?? false))
  await page.keyboard.press('Enter')
  await tabTo(named('Samples per pixel'))
  await page.keyboard.press('End')
  await tabTo(named('Scene'))
  await page.keyboard.press('ArrowDown')
  await tabTo(async () => (await focused()) === 'generator-submit')
  await page.keyboard.press('Enter')
  const cancel = page.getByRole('button', { name: 'Cancel' })
  await expect(cancel).toBeFocused()
  await expect(page.getByRole('progressbar').first()).toHaveAttribute('aria-valuenow', /\d/)
  await expect(async () => {
    await page.keyboard.press('Enter')
    await expect(page.getByText('Cancelled', { exact: true })).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await expect(start(page)).toBeFocused()
})

test('every app has a form without fault to axe', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('/')
  const radios = page.getByRole('group', { name: 'App' }).getByRole('radio')
  await expect(radios.first()).toBeVisible()
  const apps = await radios.evaluateAll((all) => all.map((one) => one.getAttribute('value') ?? ''))
  expect(apps.length).toBeGreaterThan(5)
  for (const app of apps) {
    await page.goto(`/?app=${app}`)
    await expect(
      page.getByRole('radio', { name: 'Form' }).or(page.getByRole('textbox', { name: 'JSON' })),
    ).toBeVisible()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [app, id, nodes[0]?.html])).toEqual([])
  }
})
