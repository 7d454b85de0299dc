import { IconFileText, IconHourglass, IconKey, IconLock, IconQuestionMark, type Icon } from '@tabler/icons-react'
import type { VaultDriver } from '#shared/model/account.ts'
import type { FaultReport } from '#shared/faults.ts'
import type { ToneName } from './tone.tsx'

const words: Record<VaultDriver, { icon: Icon; label: string; tone: ToneName; about: string }> = {
  keychain: { icon: IconKey, label: 'System keychain', tone: 'green', about: 'Secrets are in the system keychain.' },
  file: { icon: IconFileText, label: 'Passphrase file', tone: 'green', about: 'Secrets are in an encrypted file.' },
  session: {
    icon: IconHourglass,
    label: 'Secrets: this session only',
    tone: 'amber',
    about: 'Secrets are in memory and are forgotten when Plugboard closes.'
  }
}

type Props = { driver: VaultDriver | null; fault?: FaultReport | null }

/** Where secrets live, always in sight; leads to where that can be changed. */
export function VaultBadge({ driver, fault }: Props) {
  const mark = driver === null ? undefined : words[driver]
  const tone = fault ? 'red' : (mark?.tone ?? 'grey')
  const IconOf = fault ? IconLock : (mark?.icon ?? IconQuestionMark)
  const label = fault
    ? `${mark?.label ?? 'Vault'}: ${fault.code === 'vault-locked' ? 'locked' : 'not working'}`
    : undefined
  const text = label ?? mark?.label ?? 'No vault chosen'
  return (
    <a
      className="pb-chip"
      aria-label={text}
      href="#/settings"
      data-pb-tone={tone}
      style={tone === 'green' ? undefined : { color: 'var(--tone-fg)', borderColor: 'var(--tone-line)' }}
      title={fault ? `${fault.message} ${fault.advice}` : mark?.about}
    >
      <IconOf size={15} aria-hidden />
      <span>{text}</span>
    </a>
  )
}
