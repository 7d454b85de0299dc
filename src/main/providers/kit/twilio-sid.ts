/** What is odd about the name of a Twilio account; undefined where nothing is. Upper and lower case are both seen. */
export function accountSidWarning(text: string): string | undefined {
  const sid = text.trim()
  if (/^AC[0-9a-f]{32}$/i.test(sid)) return undefined
  const what = sid.startsWith('SK')
    ? 'This is the SID of a Twilio API key, not of an account'
    : 'This is no Twilio Account SID'
  return `${what}: those are AC and 32 hexadecimal digits. Twilio will not know it.`
}
