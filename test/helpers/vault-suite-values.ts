import type { SecretDriver } from '../../src/main/vault/driver.ts'

/** Values that have broken keychains: empty, NUL, not ASCII, around the Windows limit, far over it, like our own head. */
export const awkwardValues: Record<string, string> = {
  short: 'a',
  empty: '',
  spaces: '  two  \n lines\t',
  unicode: 'пароль-密码-🔑-é',
  nul: 'before\0after',
  'at the limit': 'x'.repeat(2560),
  'one over the limit': 'x'.repeat(2561),
  'at the limit in bytes, not in letters': '€'.repeat(854),
  long: '🔑\n"\\'.repeat(4000),
  'like a head': `plugboard-parts:1:abcdefgh:1:${'0'.repeat(64)}`
}

/** Stores each awkward value, replaces it, removes it. out: the labels of those that did not come back as they were. */
export async function unfaithfulValues(driver: SecretDriver): Promise<string[]> {
  const unfaithful: string[] = []
  for (const [label, value] of Object.entries(awkwardValues)) {
    await driver.set('acc-1/token:v1', value)
    const first = await driver.get('acc-1/token:v1')
    await driver.set('acc-1/token:v1', 'replaced')
    const second = await driver.get('acc-1/token:v1')
    const wasThere = await driver.remove('acc-1/token:v1')
    const isLeft = (await driver.names()).length > 0
    if (first !== value || second !== 'replaced' || !wasThere || isLeft) unfaithful.push(label)
  }
  return unfaithful
}
