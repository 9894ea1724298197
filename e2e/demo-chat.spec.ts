import { expect } from '@playwright/test'
import { test, message, axe, say } from './demo-page.ts'

test('a conversation: a tool, a client tool, an approval, a nested run, a stop, a reload', async ({ page }) => {
  await page.goto('/chat')
  const conversation = page.getByRole('log')
  await say(page, 'What is 17 * 23?')
  await expect(conversation.getByText('17 * 23 = 391.')).toBeVisible()
  await expect(page.getByText(/Answer complete, \d+ words/)).toBeAttached()
  await expect(message(page)).toBeFocused()
  await expect(conversation.getByText(/^Thought/).first()).toBeVisible()

  await say(page, 'Explain path tracing')
  await expect(conversation.getByText(/look_up says: A path tracer follows light/)).toBeVisible()

  await say(page, 'Remember that my name is Ada')
  const allow = page.getByRole('button', { name: 'Allow once' })
  await expect(allow).toBeInViewport()
  await expect(page.getByRole('alert').filter({ hasText: 'Assistant asks: allow remember?' })).toBeAttached()
  await expect(allow).not.toHaveAttribute('aria-disabled', 'true')
  await allow.press('Enter')
  await expect(allow).toHaveCount(0)
  const tool = conversation.getByRole('region', { name: 'Tool remember' })
  await expect(tool).toBeFocused()
  await expect(tool).toContainText('allowed once by you, completed')

  await say(page, 'Render a lake')
  await expect(conversation.getByRole('article', { name: 'render' })).toBeVisible()
  await expect(conversation.getByText(/^Here is lake/)).toBeInViewport()

  await say(page, 'Tell me a story in 2000 words')
  const story = conversation.getByRole('article').last().locator('p').last()
  await expect.poll(async () => (await story.textContent())?.length ?? 0).toBeGreaterThan(200)
  await message(page).press('Escape')
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveAttribute('aria-disabled', 'true')
  const stopped = (await story.textContent()) ?? ''
  await message(page).fill('half a thought')

  await page.reload()
  await expect(conversation.getByText('17 * 23 = 391.')).toBeAttached()
  await expect(story).toHaveText(stopped)
  await expect(message(page)).toHaveValue('half a thought')
  await axe(page)
})

test('Enter while an input method composes ends the word and sends nothing; Shift+Enter is a new line', async ({
  page,
}) => {
  await page.goto('/chat')
  await message(page).focus()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Input.imeSetComposition', { text: '17', selectionStart: 2, selectionEnd: 2 })
  await page.keyboard.press('Enter')
  // A real input method takes the key; here it comes through, and is a new line.
  await expect(message(page)).toHaveValue(/^17/)
  await expect(page.getByRole('article')).toHaveCount(0)
  await page.reload()
  await message(page).fill('17')
  await page.keyboard.press('Shift+Enter')
  await expect(message(page)).toHaveValue('17\n')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('article', { name: 'You' })).toBeVisible()
})

test('a long answer is followed until its reader scrolls up, and again from the button', async ({ page }) => {
  await page.goto('/chat')
  await say(page, 'Tell me a story in 3000 words')
  const conversation = page.getByRole('log')
  const scroll = () =>
    conversation.evaluate((element) => [
      element.scrollTop,
      element.scrollHeight - element.clientHeight - element.scrollTop,
    ])
  await expect.poll(async () => (await scroll())[0]).toBeGreaterThan(200)
  expect((await scroll())[1]).toBeLessThan(40)
  await conversation.hover()
  await conversation.press('Home')
  const end = page.getByRole('button', { name: 'To the end' })
  await expect(end).toBeVisible()
  await expect.poll(async () => (await scroll())[0]).toBe(0)
  await expect.poll(async () => (await scroll())[1]).toBeGreaterThan(300)
  expect((await scroll())[0]).toBe(0)
  await end.click()
  await expect.poll(async () => (await scroll())[1]).toBeLessThan(40)
  await page.getByRole('button', { name: 'Stop' }).click()
})

test('at 320 × 225 a message can be written, sent, and its answer read', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 225 })
  await page.goto('/chat')
  await say(page, 'What is 17 * 23?')
  await expect(page.getByRole('log').getByText('17 * 23 = 391.')).toBeInViewport()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
})
