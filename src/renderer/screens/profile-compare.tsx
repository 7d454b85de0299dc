import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { FieldCard, SettingValue } from '#shared/model/field.ts'
import type { Profile, SettingDecision } from '#shared/model/profile.ts'
import { textOf } from '../forms/form-model.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { OwnValue } from './own-value.tsx'
import { useResolve } from './use-resolve.ts'

const words: Record<SettingDecision['decision'], string> = {
  equal: 'The same on both sides.',
  'edited-here-then-push': 'Changed here; a plan sends it.',
  'edited-there-then-ask': 'Changed at the provider.',
  'edited-there-then-pull': 'Changed at the provider; taken over.',
  'edited-there-then-ignore': 'Changed at the provider; ignored.',
  'edited-alike-then-settle': 'Changed alike on both sides; nothing is sent.',
  'edited-both-then-ask': 'Changed here and at the provider.'
}

/** Setting by setting, where the three trees differ: last agreed, here, at the provider. */
export function ProfileCompare({ profile, cards }: { profile: Profile; cards: FieldCard[] }) {
  const { resolve, busy, fault } = useResolve(profile.id)
  const hasBothSides = profile.local !== null && profile.remote !== null
  const differing = profile.decisions.filter(({ decision }) => decision !== 'equal')
  if (!hasBothSides || differing.length === 0) return null
  return (
    <section aria-label="Differences">
      <Title order={3} mb="xs">
        Differences
      </Title>
      <Stack gap="sm">
        {differing.map(decision => (
          <Difference
            key={decision.setting}
            decision={decision}
            card={cards.find(card => card.name === decision.setting)}
            busy={busy}
            problem={fault?.field === decision.setting ? fault.message : undefined}
            onUse={use => resolve(decision.setting, use)}
          />
        ))}
        <FaultAlert fault={fault} />
      </Stack>
    </section>
  )
}

type Props = {
  decision: SettingDecision
  card: FieldCard | undefined
  busy: boolean
  problem: string | undefined
  onUse: (use: 'local' | 'remote' | { value: SettingValue }) => Promise<boolean>
}

function Difference({ decision, card, busy, problem, onUse }: Props) {
  const [isTyping, setTyping] = useState(false)
  const { label, base, local, remote, secret } = decision
  const asks = decision.decision === 'edited-both-then-ask' || decision.decision === 'edited-there-then-ask'
  const canType = card !== undefined && !card.secret && !card.readOnly && !card.immutable
  const show = (value: typeof local) => {
    if (value === undefined || value === null) return <span>Not set</span>
    return <span className="pb-mono pb-break">{secret ? 'secret' : textOf(value) || '(empty)'}</span>
  }
  return (
    <section className="pb-card" style={{ padding: '10px 12px', background: 'var(--pb-page)' }} aria-label={label}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {words[decision.decision]}
      </Text>
      <dl className="pb-facts">
        <dt>Last agreed</dt>
        <dd>{show(base)}</dd>
        <dt>Here</dt>
        <dd>{show(local)}</dd>
        <dt>At the provider</dt>
        <dd>{show(remote)}</dd>
      </dl>
      {asks && !isTyping && (
        <Group gap="xs" mt="sm">
          <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void onUse('local')}>
            Keep mine
          </Button>
          <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void onUse('remote')}>
            Take theirs
          </Button>
          {canType && (
            <Button size="compact-sm" variant="default" disabled={busy} onClick={() => setTyping(true)}>
              Another value…
            </Button>
          )}
        </Group>
      )}
      {asks && isTyping && card && (
        <OwnValue
          card={card}
          value={local}
          busy={busy}
          problem={problem}
          onUse={value => void onUse({ value })}
          onClose={() => setTyping(false)}
        />
      )}
    </section>
  )
}
