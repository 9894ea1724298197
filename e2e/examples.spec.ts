import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from '@playwright/test'
import { freePort } from '../scripts/free-port.mjs'

let example: ChildProcess | undefined
test.afterEach(async () => {
  if (!example || example.exitCode !== null) return
  const ended = new Promise((resolve) => example?.once('exit', resolve))
  example.kill('SIGTERM')
  await ended
})

/** Starts an example by its command; resolves to its address. */
async function start(name: string): Promise<string> {
  const args = ['scripts/example.mjs', name, '--port', String(await freePort())]
  example = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const { stdout } = example
  if (!stdout) throw new Error('no output')
  for await (const line of createInterface(stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error(`${name} did not start`)
}

test('an AI SDK route is watched by ProgressDisplay, also after a reload', async ({ page }) => {
  await page.goto(await start('ai-sdk-route'))
  await page.getByRole('button', { name: 'Ask' }).click()
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /\d/)
  await page.reload()
  await expect(page.getByTestId('answer')).toHaveText('The documents agree: the lake lay still until the wind turned.')
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible()
})

test('useChat runs on our agent', async ({ page }) => {
  await page.goto(await start('use-chat'))
  await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('article', { name: 'assistant' })).toHaveText(/\w+ \w+/)
  await expect(page.getByRole('status')).toHaveText('ready')
})

test('a durable stream is watched by two browsers', async ({ page, browser }) => {
  await page.goto(await start('durable-stream'))
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page).toHaveURL(/run=/)
  const other = await browser.newPage()
  await other.goto(page.url())
  for (const one of [page, other]) {
    await expect(one.getByTestId('text')).toHaveText('The lake lay still until the wind turned over the hills .')
    await expect(one.getByText('Done', { exact: true })).toBeVisible()
  }
  await other.close()
})

test('jobs of your own run over two servers', async ({ page }) => {
  test.skip(spawnSync('redis-server', ['--version']).status !== 0, 'redis-server is not installed')
  await page.goto(await start('own-jobs'))
  await page.getByRole('button', { name: 'Render' }).click()
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /[1-9]/)
  await page.reload()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  await expect(page.getByText('frame 60 of 60 drawn').first()).toBeVisible()
})
