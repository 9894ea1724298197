// `node scripts/shot.mjs <url> [--width 320] [--dark] [--rtl] …`: a picture of a page as a person would see it.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { launchOptions } from './chromium.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1440' },
    height: { type: 'string', default: '900' },
    dark: { type: 'boolean', default: false },
    rtl: { type: 'boolean', default: false },
    'forced-colors': { type: 'boolean', default: false },
    /** Device pixels per CSS pixel. */
    scale: { type: 'string', default: '1' },
    /** The whole page instead of the window. */
    full: { type: 'boolean', default: false },
    /** Accessible names of buttons to press, in order. */
    click: { type: 'string', multiple: true, default: [] },
    /** A Playwright selector to wait for after the clicks. */
    wait: { type: 'string' },
    /** Milliseconds to let the page go on before the picture. */
    delay: { type: 'string', default: '0' },
    out: { type: 'string', default: join(tmpdir(), 'shot.png') },
  },
})
const [url] = positionals
if (!url) {
  console.error(
    'Usage: node scripts/shot.mjs <url> [--width 320] [--dark] [--rtl] [--click Start] [--wait selector] [--out file.png]',
  )
  process.exit(1)
}

const browser = await chromium.launch(launchOptions)
const page = await browser.newPage({
  viewport: { width: Number(values.width), height: Number(values.height) },
  deviceScaleFactor: Number(values.scale),
  colorScheme: values.dark ? 'dark' : 'light',
  forcedColors: values['forced-colors'] ? 'active' : 'none',
})
page.on('console', (message) => {
  if (message.type() === 'error') console.error(`console: ${message.text()}`)
})
page.on('pageerror', (error) => console.error(`page: ${error.message}`))
await page.goto(url, { waitUntil: 'load' })
if (values.rtl) await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
for (const name of values.click) await page.getByRole('button', { name, exact: true }).first().click()
if (values.wait) await page.locator(values.wait).first().waitFor({ timeout: 60_000 })
await page.evaluate(() => document.fonts.ready)
await page.waitForTimeout(Number(values.delay))
await page.screenshot({ path: values.out, fullPage: values.full })
await browser.close()
console.log(values.out)
