// A service that streams: 50,000 small events in many writes, one without an end for a slow reader, one that is silent.
import { createServer } from 'node:http'

const events = 50_000
let open = 0

createServer((request, response) => {
  if (request.url === '/open') {
    response.end(String(open))
    return
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  open++
  response.on('close', () => open--)
  const [, kind] = /^\/tasks\/(\w+)\/stream/.exec(request.url) ?? []
  if (kind === 'silent') response.write('{"type":"heartbeat"}\n')
  else if (kind === 'endless') {
    const piece = `${'x'.repeat(65_535)}\n`
    const more = () => {
      while (!response.destroyed && response.write(piece)) continue
      response.once('drain', more)
    }
    more()
  } else {
    let sent = 0
    const more = () => {
      response.write(`{"data":{"id":"t1","status":7,"seq":${sent++}},"fields":["status"]}\n`)
      if (sent === events) response.end()
      else if (response.writableNeedDrain) response.once('drain', more)
      else setImmediate(more)
    }
    more()
  }
}).listen(0, '127.0.0.1', function () {
  process.send(this.address().port)
})
