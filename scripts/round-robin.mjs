// round-robin.mjs PORT TARGET...: a reverse proxy that gives each request, and each socket, to the next process in turn.
import http from 'node:http'
import net from 'node:net'

const [door, ...targets] = process.argv.slice(2).map(Number)
const agent = new http.Agent({ keepAlive: true })
let turn = 0
const next = () => targets[turn++ % targets.length]

const server = http.createServer((request, response) => {
  const { method, url: path, headers } = request
  const passed = http.request({ host: '127.0.0.1', port: next(), method, path, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode, answer.rawHeaders)
    answer.pipe(response)
  })
  passed.on('error', () => response.destroy())
  response.on('close', () => passed.destroy())
  request.pipe(passed)
})

server.on('upgrade', (request, socket, head) => {
  const target = net.connect(next(), '127.0.0.1', () => {
    const lines = [`${request.method} ${request.url} HTTP/1.1`]
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`)
    }
    target.write(`${lines.join('\r\n')}\r\n\r\n`)
    target.write(head)
    socket.pipe(target).pipe(socket)
  })
  for (const one of [socket, target]) {
    one.on('error', () => {
      socket.destroy()
      target.destroy()
    })
  }
})

server.listen(door, '127.0.0.1')
