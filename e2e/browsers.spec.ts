// What the README promises of browsers and pages, held without them: the features of Firefox 120, the oldest one promised, and a
// page whose Content-Security-Policy forbids everything that can be forbidden.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import { build, preview } from 'vite'

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

/** Properties that Firefox 120 does not have, from MDN's tables of compatibility. */
const newer = [
  'Promise.withResolvers',
  'Promise.try',
  'AbortSignal.any',
  'Intl.Segmenter',
  'Intl.DurationFormat',
  'Iterator',
  'URL.parse',
  'RegExp.escape',
  'Error.isError',
  'Math.f16round',
  'Math.sumPrecise',
  'Float16Array',
  'scheduler',
  'navigation',
  'NavigationHistoryEntry',
  'trustedTypes',
  'CookieStore',
  'cookieStore',
  'SuppressedError',
  'DisposableStack',
  'AsyncDisposableStack',
  ...['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom'].map(
    (name) => `Set.prototype.${name}`,
  ),
  'ArrayBuffer.prototype.transfer',
  'ArrayBuffer.prototype.resize',
  'Uint8Array.fromBase64',
  'Uint8Array.prototype.toBase64',
  'Uint8Array.prototype.toHex',
  'Map.prototype.getOrInsert',
  'Map.prototype.getOrInsertComputed',
  'Atomics.waitAsync',
  'HTMLElement.prototype.popover',
  'HTMLElement.prototype.showPopover',
  'HTMLElement.prototype.hidePopover',
  'HTMLElement.prototype.togglePopover',
  'HTMLElement.prototype.writingSuggestions',
  'Element.prototype.moveBefore',
  'Element.prototype.setHTMLUnsafe',
  'Element.prototype.currentCSSZoom',
  'ShadowRoot.prototype.getSelection',
  'Selection.prototype.getComposedRanges',
  'Document.prototype.startViewTransition',
  'Document.prototype.caretPositionFromPoint',
  'Blob.prototype.bytes',
  'Response.prototype.bytes',
  'Request.prototype.bytes',
  'Request.prototype.duplex',
  'ReadableStream.from',
  'CSS.registerProperty',
  'CSS.highlights',
  'Highlight',
  'CloseWatcher',
]

function forget(names: readonly string[]) {
  for (const path of names) {
    const keys = path.split('.')
    const last = keys.pop()!
    // oxlint-disable-next-line typescript/no-explicit-any -- any object of the page
    const owner: any = keys.reduce((object: any, key) => object?.[key], globalThis)
    if (owner) delete owner[last]
  }
}

async function watchAPicture(page: Page, address = '/') {
  await page.route('**/api/inference/**', async (route) => {
    const request = route.request()
    const body: unknown = request.method() === 'POST' ? request.postDataJSON() : null
    if (typeof body !== 'object' || !body || !('input' in body)) return route.continue()
    return route.continue({ postData: JSON.stringify({ ...body, input: { ...Object(body.input), seconds: 1 } }) })
  })
  await page.goto(address)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByRole('log')).toContainText(/pass/i)
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible()
  await expect(page.getByRole('img', { name: /glass/i })).toBeVisible()
}

test('everything works with the features of Firefox 120', async ({ page }) => {
  await page.addInitScript(forget, newer)
  await watchAPicture(page)
  expect(await page.evaluate(() => 'Segmenter' in Intl)).toBe(false)
  // Colours and wide characters need no segmenter either; full screen no popover.
  await page.getByRole('log').focus()
  await page.keyboard.press('Shift+F')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.getByRole('searchbox').fill('/pass \\d+/')
  await expect(page.getByRole('status').filter({ hasText: /\d of \d/ })).toBeVisible()
})

test('a strict Content-Security-Policy forbids nothing that is needed', async ({ page, baseURL }) => {
  // The page as it is built: the development server has inline scripts and styles of its own.
  const outDir = mkdtempSync(join(tmpdir(), 'strict-page-'))
  process.env['DEMO_SERVICE'] = 'the local engine'
  const demo = { root: join(import.meta.dirname, '../apps/demo'), logLevel: 'error', build: { outDir } } as const
  await build(demo)
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data: blob: http://127.0.0.1:*; base-uri 'none'; form-action 'none'"
  const server = await preview({
    ...demo,
    preview: {
      host: '127.0.0.1',
      port: 0,
      headers: { 'content-security-policy': policy },
      proxy: { '/api': baseURL! },
    },
  })
  try {
    await watchAPicture(page, server.resolvedUrls!.local[0])
  } finally {
    await server.close()
    delete process.env['DEMO_SERVICE']
    rmSync(outDir, { recursive: true })
  }
})
