import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { build, preview } from 'vite'
import { bar, done, ledger, result, run, test } from './demo-page.ts'

test('built files play recorded runs where no engine is: progress, picture, log, a cut, a reload', async ({ page }) => {
  const outDir = mkdtempSync(join(tmpdir(), 'static-page-'))
  const demo = { root: join(import.meta.dirname, '../apps/demo'), logLevel: 'error', build: { outDir } } as const
  await build(demo)
  const server = await preview({ ...demo, preview: { host: '127.0.0.1', port: 0 } })
  try {
    await page.goto(server.resolvedUrls!.local[0]!)
    await expect(page.getByText('Answered by recorded runs')).toBeVisible()
    await run(page).click()
    await expect(bar(page)).toHaveAttribute('aria-valuenow', /[1-9]/)
    await page.getByRole('button', { name: 'Cut the connection' }).click()
    await expect(result(page).getByText(/Connection lost/)).toBeVisible()
    await page.reload()
    await expect(bar(page)).toHaveAttribute('aria-valuenow', /[1-9]/)
    await done(page)
    await expect(ledger(page)).toContainText('equal')
    await expect(page.getByRole('img', { name: /glass/i })).toBeVisible()
  } finally {
    await server.close()
    rmSync(outDir, { recursive: true })
  }
})
