/**
 * The one company that the simulated Ocamba knows. All of it is invented and public: these values open nothing but the
 * sandbox.
 */
export const sandboxAccount = {
  companyId: '7401',
  apiKey: '5a9dbc0f71e24c36b8d2417f60ce39aa',
  twilioSid: `AC${'5'.repeat(32)}`,
  twilioToken: 'sandbox-twilio-token-8Kq3mW'
}

/** What to enter in the account form to use the sandbox, by field name. */
export const sandboxCredentials = { fields: {}, secrets: { apiKey: sandboxAccount.apiKey } }

type OfferedSetting = { title: string; name: string; type: string; required: boolean; deprecated: boolean }
export type Offered = { id: string; type: string; name: string; logo: string; settings: OfferedSetting[] }

const optionalNames = ['default_reply_to_email', 'ip_pool', 'webhook_key']

/** Only 1000 is documented; the other ids, and the names but Twilio's, are made up. */
export const offeredProviders: Offered[] = [
  offered('1000', 'twilio', 'sms', ['account_sid', 'auth_token', 'default_phone_number']),
  offered('1001', 'mitto', 'sms', ['sender_name']),
  offered('1002', 'custom_email_provider', 'email', [
    'default_sender_email',
    'default_sender_name',
    'password',
    'port',
    'sending_domain',
    'username'
  ]),
  offered('1003', 'mandrill', 'email', [
    'api_key',
    'default_reply_to_email',
    'default_sender_email',
    'default_sender_name',
    'smtp_username'
  ]),
  // The last two are invented: settings that no page tells of.
  offered('1004', 'sendgrid', 'email', [
    'api_key',
    'default_reply_to_email',
    'default_sender_email',
    'default_sender_name',
    'ip_pool',
    'webhook_key'
  ]),
  offered('1005', 'mailgun', 'email', ['api_key', 'domain', 'sender_email', 'sender_name']),
  offered('1006', 'telegram', 'messenger', ['auth_token', 'chat_id']),
  offered('1007', 'pigeon', 'sms', ['loft_key', 'ring_color'])
]

/** What a newcomer finds: one of the documented provider, one e-mail sender, one of a provider that nobody knows. */
export const seededIntegrations: {
  name: string
  provider_id: string
  status: string
  settings: Record<string, string>
}[] = [
  {
    name: 'Order updates',
    provider_id: '1000',
    status: 'active',
    settings: {
      account_sid: sandboxAccount.twilioSid,
      auth_token: sandboxAccount.twilioToken,
      default_phone_number: '+14155550199'
    }
  },
  {
    name: 'Newsletter',
    provider_id: '1004',
    status: 'inactive',
    settings: {
      api_key: 'SG.sandbox-sendgrid-key-4Hd',
      default_sender_email: 'news@shop.example.com',
      default_sender_name: 'Example Shop',
      ip_pool: 'newsletters'
    }
  },
  {
    name: 'Pigeon post',
    provider_id: '1007',
    status: 'inactive',
    settings: { loft_key: 'sandbox-loft-key-2Vn', ring_color: 'blue' }
  }
]

/** Settings whose values no file and no control answer may show. */
export const secretNames = ['auth_token', 'password', 'api_key', 'loft_key', 'webhook_key']

function offered(id: string, name: string, type: string, names: string[]): Offered {
  const settings = names.map(one => ({
    title: one.replaceAll('_', ' '),
    name: one,
    type: 'string',
    required: !optionalNames.includes(one),
    deprecated: false
  }))
  return { id, type, name, logo: `${name}.png`, settings }
}
