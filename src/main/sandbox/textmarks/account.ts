/**
 * The one user that the simulated TextMarks knows. All of it is invented and public: these values open nothing but the
 * sandbox.
 */
export const sandboxAccount = {
  user: 'sandbox-owner',
  phone: '+12025550100',
  password: 'sandbox-pass-4Tq8mW2z',
  apiKey: 'Sandbox_5e1f0c7a'
}

/** What to enter in the account form to use the sandbox, by field name. */
export const sandboxCredentials = {
  adopt: 'PLUGDEMO',
  fields: { user: sandboxAccount.user, keyword: 'PLUGDEMO' },
  secrets: { password: sandboxAccount.password, apiKey: sandboxAccount.apiKey }
}
