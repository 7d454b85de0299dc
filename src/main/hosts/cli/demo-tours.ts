/** What the demo does at one provider. Settings and samples carry the names of the provider's card. */
export type Tour = {
  provider: string
  /** Where profiles cannot be listed: the name of the one to take over. */
  adopt?: string
  /** Environment variables with secrets that the edits name. */
  secrets?: Record<string, string>
  /** Commands to run offline, and the texts that the simulator shall hold in the end. in: the listener's address. */
  edit(address: string): { edits: string[][]; arrives: string[] }
  /** How the simulator is made to call back: a path and a body of its control API. */
  event: { what: string; path: string; body(address: string): unknown; verdict: string }
}

export const tours: Tour[] = [
  {
    provider: 'exotel',
    edit: address => ({
      edits: [
        ['profiles', 'set', 'popup', 'value=https://crm.example.com/new-popup'],
        ['profiles', 'create', 'Demo', 'app-setting', 'key=callback', `value=${address}`]
      ],
      arrives: ['https://crm.example.com/new-popup', address]
    }),
    event: {
      what: 'The simulator places a call and posts its events',
      path: 'calls',
      body: () => ({ to: '+919812345678' }),
      verdict: 'not-offered'
    }
  },
  {
    provider: 'textmarks',
    adopt: 'PLUGDEMO',
    edit: address => ({
      edits: [
        ['profiles', 'set', 'PLUGDEMO request handler', `url=${address}?action=\\a&phone=\\p&text=\\0`],
        ['profiles', 'set', 'PLUGDEMO integration config', `groupCallbackUrl=${address}?action=\\a&phone=\\p`]
      ],
      arrives: [`${address}?action=\\a&phone=\\p&text=\\0`, `${address}?action=\\a&phone=\\p`]
    }),
    event: {
      what: 'The simulated phone texts the keyword',
      path: 'phone',
      body: () => ({ from: '+12025550123', text: 'PLUGDEMO hello' }),
      verdict: 'not-offered'
    }
  },
  {
    provider: 'ocamba',
    secrets: { DEMO_SMS_TOKEN: 'demo-twilio-token-9Lw2' },
    edit: () => ({
      edits: [
        ['profiles', 'set', 'Order updates', 'name=Order updates (Pune)', '--secret-env', 'auth_token=DEMO_SMS_TOKEN']
      ],
      arrives: ['Order updates (Pune)']
    }),
    event: {
      what: 'Twilio posts an inbound message of the integration’s number',
      path: 'events',
      body: address => ({ url: address }),
      verdict: 'valid'
    }
  },
  {
    provider: 'jframework',
    secrets: { DEMO_SMS_TOKEN: 'demo-twilio-token-4Hq8' },
    edit: () => ({
      edits: [['profiles', 'set', 'Newsletter', 'description=Weekly news', '--secret-env', 'password=DEMO_SMS_TOKEN']],
      arrives: ['Weekly news']
    }),
    event: {
      what: 'Twilio posts the status of a message of the integration’s number',
      path: 'events',
      body: address => ({ id: 'iMkt9RfGh3Jd7LsPc1', url: address, event: 'delivered' }),
      verdict: 'valid'
    }
  },
  {
    provider: 'opentact',
    edit: address => ({
      edits: [['profiles', 'set', 'Order updates', `callbackUrl=${address}`]],
      arrives: [address]
    }),
    event: {
      what: 'Somebody texts a number of the messaging profile',
      path: 'events',
      body: () => ({ number: '+12013046585', text: 'Is my order on its way?' }),
      verdict: 'not-offered'
    }
  }
]
