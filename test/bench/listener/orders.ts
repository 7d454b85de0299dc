import { createInterface } from 'node:readline'

type Orders = Record<string, (input: Record<string, unknown>) => Promise<unknown>>

/** A target's side: says its URL, then answers one order a line, `{"do":…}`, with one JSON line each. Ends with its input. */
export function answerOrders(url: string, orders: Orders, more: object = {}): void {
  console.log(JSON.stringify({ url, ...more }))
  const all: Orders = {
    /** Of all its threads since its start. */
    cpu: async () => ({ cpuUs: process.cpuUsage().user + process.cpuUsage().system }),
    memory: async () => ({ rssMb: Math.round(process.memoryUsage().rss / 1e6) }),
    ...orders
  }
  const lines = createInterface({ input: process.stdin })
  lines.on('line', line => {
    const order = JSON.parse(line) as { do: string }
    void all[order.do]?.(order).then(answer => console.log(JSON.stringify(answer ?? {})))
  })
  lines.on('close', () => process.exit())
}
