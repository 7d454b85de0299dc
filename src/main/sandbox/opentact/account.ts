/** The one account that the simulated OpenTACT knows. All of it is invented and public: it opens nothing but the sandbox. */
export const sandboxAccount = {
  uuid: '3f1c9a52-7d64-4b0e-9a31-52c8e0d47b10',
  email: 'ops@sandbox.example.com',
  password: 'sandbox-password-6Tq1wN8e',
  /** A long-lived key: 48 letters and digits. */
  key: 'SandboxKey00000000000000000000000000000000000a1B2'
}

/** What to enter in the account form to use the sandbox, by field name. */
export const sandboxCredentials = {
  fields: { email: sandboxAccount.email },
  secrets: { password: sandboxAccount.password }
}

/** What comes along with every profile and must never be kept: nobody who reads a profile needs any of it. */
export const plantedPerson = {
  uuid: '8b7a6c5d-4e3f-4a1b-8c2d-9e0f1a2b3c4d',
  email: 'planted.person@sandbox.example.com',
  password: 'planted-password-canary-0f9e8d',
  phone_number: '+12025550177',
  first_name: 'Planted',
  last_name: 'Person',
  avatar: null,
  gender: 'Agender',
  dob: '1990-01-02T00:00:00.000Z',
  role: 'Admin',
  token: 'planted-token-canary-7c6b5a'
}

export const shownAccount = {
  uuid: sandboxAccount.uuid,
  name: 'Sandbox Shop',
  email: sandboxAccount.email,
  level: 'ServiceAccount',
  balance: 25,
  class4_id: 1,
  users: [plantedPerson],
  admin: plantedPerson
}

export const seededAt = '2025-03-03T09:30:00.000Z'

/** What a newcomer finds: the default profile without addresses, and two in use. */
export const seededProfiles = [
  profile(1, { name: 'Default' }),
  profile(2, {
    name: 'Order updates',
    callback_url: 'https://crm.example.com/sms',
    callback_url2: 'https://backup.example.com/sms',
    number_pool_enable: true,
    long_code_weight: 3,
    tollfree_weight: 1,
    sticky_sender: true
  }),
  profile(3, { name: 'Marketing', callback_url: 'https://crm.example.com/marketing', skip_unhealthy_tns: true })
]

export const seededLeases = [
  lease(1, 12_013_046_585, 2),
  lease(2, 12_013_046_586, 2),
  lease(3, 12_013_046_590, 3),
  lease(4, 18_885_550_142, 1)
]

function profile(number: number, given: Record<string, unknown>) {
  return {
    uuid: uuidOf('aaaa', number),
    name: '',
    callback_url: null,
    callback_url2: null,
    number_pool_enable: false,
    long_code_weight: 0,
    tollfree_weight: 0,
    skip_unhealthy_tns: false,
    sticky_sender: false,
    created_on: seededAt,
    modified_on: seededAt,
    ...given
  }
}

function lease(number: number, tn: number, profileNumber: number) {
  return {
    uuid: uuidOf('bbbb', number),
    tn,
    profile: uuidOf('aaaa', profileNumber),
    autorenew: true,
    sms: null,
    expired_on: '2027-03-03T09:30:00.000Z',
    created_on: seededAt,
    modified_on: seededAt
  }
}

function uuidOf(kind: string, number: number): string {
  return `0c5d1e2f-0000-4000-${kind}-${String(number).padStart(12, '0')}`
}
