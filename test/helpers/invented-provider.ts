import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import type { Captured, Judgement, Provider } from '../../src/main/providers/contract.ts'

const sampleEvent = z.object({ event: z.string(), number: z.string().optional() })

/** A provider for the listener's tests: it decodes JSON with an `event`, signs with a word, and cannot be connected to. */
export const inventedProvider: Provider = {
  card: {
    id: 'invented',
    name: 'Invented',
    about: 'For tests',
    docsUrl: 'https://docs.example.test',
    credentials: { groups: [], fields: [], extra: null } as unknown as Provider['card']['credentials'],
    endpoints: [{ id: 'main', label: 'Main', baseUrl: 'https://api.example.test' }],
    kinds: [],
    views: [],
    capabilities: [],
    samples: [
      {
        id: 'message',
        label: 'Message',
        help: 'A text came in',
        fields: [{ name: 'number' } as Provider['card']['samples'][number]['fields'][number]]
      }
    ],
    rateLimit: { requests: 1, perMs: 1, source: 'none' }
  },
  credentials: z.record(z.string(), z.string()),
  kinds: {},
  connect() {
    throw new Error('the listener never connects')
  },
  callbacks: {
    decode: captured => {
      const event = eventOf(captured)
      return (
        event && {
          event: event.event,
          title: `It was ${event.event}`,
          fields: [{ name: 'number', label: 'Number', value: event.number ?? '' }]
        }
      )
    },
    verify: (captured, { url, secrets }) => judge(captured, url, secrets['word']),
    answer: { status: 202, headers: [['X-Invented', 'Yes']], body: 'taken' },
    samples: [
      {
        id: 'message',
        build: (values, now) => ({
          method: 'POST',
          headers: [
            ['Content-Type', 'application/json'],
            ['X-Dup', 'a'],
            ['x-dup', 'b']
          ],
          body: JSON.stringify({ event: 'message', number: values['number'] ?? '1', at: now.getTime() })
        })
      }
    ]
  }
}

export const inventedRegistry = {
  get(id: string): Provider {
    if (id !== 'invented') throw new Fault('not-found', { message: `There is no provider ${id}.` })
    return inventedProvider
  },
  list: () => [inventedProvider]
}

function eventOf(captured: Captured): z.infer<typeof sampleEvent> | undefined {
  const text = Buffer.from(captured.body).toString()
  if (text === 'stumble') throw new Error('a dialect that stumbles')
  if (!text.startsWith('{')) return undefined
  return sampleEvent.safeParse(JSON.parse(text)).data
}

function judge(captured: Captured, url: string | null, word: string | undefined): Judgement {
  const given = captured.headers.find(([name]) => name.toLowerCase() === 'x-word')?.[1]
  if (given === undefined) return { verdict: 'missing', text: `no word for ${url}` }
  if (word === undefined) return { verdict: 'no-secret', text: 'the word is not known' }
  return given === word ? { verdict: 'valid', text: 'the word is right' } : { verdict: 'invalid', text: 'another word' }
}
