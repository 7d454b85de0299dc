/**
 * The one customer and the one app that the simulated Exotel knows. All of it is invented and public: these values open
 * nothing but the sandbox.
 */
export const sandboxAccount = {
  customerId: 'c0a5f1d2-6b1e-4c5f-8f0e-5a4d0b7e2c11',
  customerSecret: 'sandbox-customer-5Jq2nV8sX0',
  appId: 'a91d7c34-2f8b-4e60-9b1d-3c6e8f5a7d22',
  appSecret: 'sandbox-app-7Wm4kR9tZ1',
  accountSid: 'plugboardsandbox1'
}

/** What to enter in the account form to use the sandbox, by field name. */
export const sandboxCredentials = {
  fields: { appId: sandboxAccount.appId },
  secrets: { appSecret: sandboxAccount.appSecret }
}

/** What a newcomer finds: two URLs, a switch, and one key that Exotel's documentation does not know. */
export const seededSettings = [
  { Key: 'popup', Value: 'https://crm.example.com/popup' },
  { Key: 'record', Value: 'false' },
  { Key: 'missedCall', Value: 'https://crm.example.com/missed' },
  { Key: 'crmTheme', Value: 'blue' }
]

const madeAt = '2025-03-03T09:30:00Z'

/** The app with its secrets, as the real service returns it. */
export const sandboxApp = {
  AppID: sandboxAccount.appId,
  AppSecret: sandboxAccount.appSecret,
  CustomerID: sandboxAccount.customerId,
  AppName: 'Sandbox CRM',
  ExotelAccountSid: sandboxAccount.accountSid,
  ExotelApiKey: 'sandbox-api-key-3Hd6pB',
  ExotelApiToken: 'sandbox-api-token-9Lc1yF',
  ExotelDomain: 'mumbai',
  IsActive: true,
  CreatedAt: madeAt,
  UpdatedAt: madeAt
}

export const sandboxUsers = [
  user(1, 'Asha Verma', 'asha@crm.example.com'),
  user(2, 'Rohan Mehta', 'rohan@crm.example.com'),
  user(3, 'Leela Nayar', 'leela@crm.example.com')
]

function user(number: number, name: string, email: string) {
  const tail = String(number).padStart(2, '0')
  return {
    CustomerId: sandboxAccount.customerId,
    AppID: sandboxAccount.appId,
    AppUserId: `agent-${tail}`,
    ExotelAccountSid: sandboxAccount.accountSid,
    ExotelUserId: `e0000000-0000-4000-8000-0000000000${tail}`,
    AppUsername: name,
    ExotelUserName: name,
    AgentNumber: `+120255501${tail}`,
    ActiveDeviceId: 1000 + number,
    PhoneDeviceID: 1000 + number,
    SipDeviceID: 2000 + number,
    VirtualNumber: '+12025550190',
    Email: email,
    OutboundActive: true,
    Role: 'user',
    SipId: `sip:agent${tail}`,
    SipSecret: `sandbox-sip-secret-${tail}`,
    IsActive: true,
    UserDetail: null,
    CreatedAt: madeAt,
    UpdatedAt: '0001-01-01T00:00:00Z'
  }
}
