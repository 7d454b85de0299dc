import type { Integration, Service } from './state.ts'

/**
 * The one brand that the simulated JFramework knows. All of it is invented and public: these values open nothing but the
 * sandbox.
 */
export const sandboxAccount = {
  brandUrl: 'brand.sandbox.example.com',
  authKey: 'sandbox-auth-key-4Tg8nR2wY6',
  userId: 'uSbx7QmPz2Lk9VnRw4',
  username: 'sandbox-admin',
  emailAddress: 'admin@brand.sandbox.example.com',
  password: 'sandbox-login-8Vd3kM5qX1'
}

/** What to enter in the account form to use the sandbox, by field name. */
export const sandboxCredentials = {
  fields: { brandUrl: sandboxAccount.brandUrl, loginName: sandboxAccount.username },
  secrets: { authKey: sandboxAccount.authKey, loginPassword: sandboxAccount.password }
}

/** The services that integrations can be of. */
export const services: Service[] = [
  service('sTwl7GhKq2Pz9RmVw4', 'SMS', 'Twilio', 'twilio.com'),
  service('sVng3LcXb8Nt5YdJk1', 'SMS', 'Vonage', 'vonage.com'),
  { ...service('sOld1AaBb2Cc3DdEe4', 'SMS', 'Old Gateway', 'gateway.example.com'), status: 'Inactive' },
  service('sSgr6WvUt4Sr2QpOn9', 'SMTP', 'SendGrid', 'sendgrid.com'),
  service('sStr5FfGg6HhIi7Jj8', 'PaymentGateway', 'Stripe', 'stripe.com')
]

/** The passwords of the seeded integrations; what is entered later is kept in memory alone. */
export const seededPasswords: Record<string, string> = {
  iOtp4TqWm8Zk2XvNb6: 'sandbox-twilio-token-1Ka9',
  iMkt9RfGh3Jd7LsPc1: 'sandbox-twilio-token-2Lb8',
  iVon2YbHu5Ge8SxMa7: 'sandbox-vonage-secret-3Mc7'
}

/** What a newcomer finds: two integrations with Twilio, one of them the default, and an inactive one with Vonage. */
export const seededIntegrations: Omit<Integration, 'passwordDigest'>[] = [
  {
    id: 'iOtp4TqWm8Zk2XvNb6',
    serviceId: 'sTwl7GhKq2Pz9RmVw4',
    name: 'One-time passwords',
    username: 'AC00000000000000000000000000000001',
    phoneNumber: '+12025550171',
    description: 'Log-in codes',
    status: 'Active',
    isDefault: true,
    createdDate: '2025-02-11T08:15:00Z'
  },
  {
    id: 'iMkt9RfGh3Jd7LsPc1',
    serviceId: 'sTwl7GhKq2Pz9RmVw4',
    name: 'Newsletter',
    username: 'AC00000000000000000000000000000002',
    phoneNumber: '+12025550172',
    description: null,
    status: 'Active',
    isDefault: false,
    createdDate: '2025-03-02T10:00:00Z'
  },
  {
    id: 'iVon2YbHu5Ge8SxMa7',
    serviceId: 'sVng3LcXb8Nt5YdJk1',
    name: 'Vonage (old)',
    username: 'a1b2c3d4',
    phoneNumber: '+442079460173',
    description: 'Kept for the archive',
    status: 'Inactive',
    isDefault: false,
    createdDate: '2024-07-19T16:45:00Z'
  }
]

function service(id: string, type: string, name: string, domain: string): Service {
  return {
    id,
    type,
    name,
    domain: `https://${domain}`,
    description: `${name} ${type === 'SMS' ? 'messages' : 'service'}`,
    logoURL: null,
    status: 'Active'
  }
}
