import { Button, Group, Stack, Text, Title } from '@mantine/core'
import type { Profile, SettingDecision } from '#shared/model/profile.ts'
import { textOf } from '../forms/form-model.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
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
export function ProfileCompare({ profile }: { profile: Profile }) {
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
            busy={busy}
            onUse={side => void resolve(decision.setting, side)}
          />
        ))}
        <FaultAlert fault={fault} />
      </Stack>
    </section>
  )
}

type Props = { decision: SettingDecision; busy: boolean; onUse: (side: 'local' | 'remote') => void }

function Difference({ decision, busy, onUse }: Props) {
  const { label, base, local, remote, secret } = decision
  const asks = decision.decision === 'edited-both-then-ask' || decision.decision === 'edited-there-then-ask'
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
      {asks && (
        <Group gap="xs" mt="sm">
          <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onUse('local')}>
            Keep mine
          </Button>
          <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onUse('remote')}>
            Take theirs
          </Button>
        </Group>
      )}
    </section>
  )
}
