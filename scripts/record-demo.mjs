// `node scripts/record-demo.mjs`: a film of the demo's first minute in 20 seconds, and its poster, for the README.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { launchOptions } from './chromium.mjs'

const root = new URL('..', import.meta.url)
const ofEngine = createRequire(new URL('packages/engine/package.json', root))
const { decode } = await import(ofEngine.resolve('fast-png'))
const { createH264MP4Encoder } = ofEngine('h264-mp4-encoder')

const size = { width: 1440, height: 900 }
const framesPerSecond = 12
const seconds = 20
const mostBytes = 3_000_000

const server = spawn(process.execPath, [fileURLToPath(new URL('scripts/demo.mjs', root)), '--port', '4820'])
const address = await new Promise((resolve, reject) => {
  let said = ''
  server.stdout.on('data', (text) => {
    said += text
    const found = /at (http:\S+)/.exec(said)
    if (found) resolve(found[1])
  })
  server.once('exit', () => reject(new Error(said)))
})
const browser = await chromium.launch(launchOptions)
const page = await browser.newPage({ viewport: size })
const wait = (ms) => page.waitForTimeout(ms)
const press = (name) => page.getByRole('button', { name, exact: true }).click()

await page.goto(address)
await page.getByRole('textbox', { name: 'Prompt' }).waitFor()
await wait(1_000)

/** Pictures as they were drawn, with their times in ms. */
const drawn = []
const startedAt = Date.now()
const devtools = await page.context().newCDPSession(page)
devtools.on('Page.screencastFrame', ({ data, sessionId }) => {
  drawn.push([Date.now() - startedAt, Buffer.from(data, 'base64')])
  void devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => {})
})
await devtools.send('Page.startScreencast', { format: 'png', everyNthFrame: 2 })
const until = (second) => wait(Math.max(0, second * 1_000 - (Date.now() - startedAt)))

await until(1)
await press('Run')
await until(4)
await press('Cut the connection')
await until(10)
await press('Reload the page')
await until(13)
await press('Twelve runs at once')
await press('Run twelve')
await page.getByRole('region', { name: 'Twelve runs' }).scrollIntoViewIfNeeded()
await until(18.5)
await press('Cancel all')
await until(seconds)
await devtools.send('Page.stopScreencast')
await browser.close()
server.kill('SIGTERM')
await once(server, 'exit')

/** The quantizer goes up until the film is small enough: fewer details, fewer bytes. */
for (let quantizer = 30; ; quantizer += 3) {
  const film = await encoded(quantizer)
  if (film.length > mostBytes && quantizer < 48) continue
  await writeFile(new URL('docs/demo.mp4', root), film)
  console.log(`docs/demo.mp4: ${seconds} s, ${film.length.toLocaleString('en')} bytes, ${drawn.length} pictures`)
  break
}
const poster = drawn.findLast(([at]) => at < 8_500)
await writeFile(new URL('docs/demo.png', root), poster[1])

async function encoded(quantizer) {
  const encoder = await createH264MP4Encoder()
  Object.assign(encoder, { ...size, frameRate: framesPerSecond, quantizationParameter: quantizer, groupOfPictures: 60 })
  encoder.initialize()
  let last
  for (let frame = 0; frame < seconds * framesPerSecond; frame++) {
    const [, png] = drawn.findLast(([at]) => at <= (frame * 1_000) / framesPerSecond) ?? drawn[0]
    if (png !== last?.png) last = { png, rgba: rgbaOf(png) }
    encoder.addFrameRgba(last.rgba)
  }
  encoder.finalize()
  const film = encoder.FS.readFile(encoder.outputFilename)
  encoder.delete()
  return film
}

/** Pixels of a picture in the size of the film. */
function rgbaOf(png) {
  const { width, height, channels, data } = decode(png)
  const rgba = new Uint8Array(size.width * size.height * 4).fill(255)
  for (let y = 0; y < Math.min(height, size.height); y++)
    for (let x = 0; x < Math.min(width, size.width); x++)
      for (let channel = 0; channel < 3; channel++)
        rgba[(y * size.width + x) * 4 + channel] = data[(y * width + x) * channels + channel]
  return rgba
}
