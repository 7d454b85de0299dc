import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { choiceLabel } from '#shared/fields.ts'
import type { FieldCard, FormCard, SettingValue } from '#shared/model/field.ts'
import type { Policy, Profile, SettingDecision } from '#shared/model/profile.ts'
import { textOf } from '../forms/form-model.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'
import { OwnValue } from './own-value.tsx'
import { PolicyMenu } from './policy-menu.tsx'
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
export function ProfileCompare({
  profile,
  form,
  cards
}: {
  profile: Profile
  form: FormCard | undefined
  cards: FieldCard[]
}) {
  const { resolve, busy, fault } = useResolve(profile.id)
  const choosing = useSetPolicy(profile.id)
  const hasBothSides = profile.local !== null && profile.remote !== null
  const differing = profile.decisions.filter(({ decision }) => decision !== 'equal')
  if (!hasBothSides) return null
  const alike = profile.decisions.filter(
    ({ setting, decision }) => decision === 'equal' && policyOf(profile, setting) !== 'managed'
  )
  if (differing.length + alike.length === 0) return null
  const menuFor = ({ setting, label }: SettingDecision) => (
    <PolicyMenu
      label={label}
      value={policyOf(profile, setting)}
      busy={choosing.busy}
      onChoose={chosen => void choosing.setPolicy(setting, chosen)}
    />
  )
  return (
    <section aria-label="Differences">
      <Title order={3} mb="xs">
        {differing.length > 0 ? 'Differences' : 'Changes at the provider'}
      </Title>
      <Stack gap="sm">
        {differing.map(decision => (
          <Difference
            key={decision.setting}
            decision={decision}
            nameOf={side => form && choiceLabel(form, profile[side] ?? {}, decision.setting, decision[side])}
            card={cards.find(card => card.name === decision.setting)}
            busy={busy}
            problem={fault?.field === decision.setting ? fault.message : undefined}
            onUse={use => resolve(decision.setting, use)}
            menu={decision.decision === 'edited-here-then-push' ? undefined : menuFor(decision)}
          />
        ))}
        {alike.map(decision => (
          <Group key={decision.setting} gap="xs" justify="space-between">
            <Text size="sm">{decision.label}: the same on both sides.</Text>
            {menuFor(decision)}
          </Group>
        ))}
        <FaultAlert fault={fault} />
        <FaultAlert fault={choosing.fault} />
      </Stack>
    </section>
  )
}

type Props = {
  decision: SettingDecision
  /** What one side's value is called, where it has a name. */
  nameOf: (side: 'base' | 'local' | 'remote') => string | undefined
  card: FieldCard | undefined
  busy: boolean
  problem: string | undefined
  onUse: (use: 'local' | 'remote' | { value: SettingValue }) => Promise<boolean>
  /** What a change there is to mean from now on. */
  menu: React.ReactNode
}

function Difference({ decision, nameOf, card, busy, problem, onUse, menu }: Props) {
  const [isTyping, setTyping] = useState(false)
  const { label, local, secret } = decision
  const asks = decision.decision === 'edited-both-then-ask' || decision.decision === 'edited-there-then-ask'
  const canType = card !== undefined && !card.secret && !card.readOnly && !card.immutable
  const show = (side: 'base' | 'local' | 'remote') => {
    const value = decision[side]
    if (value === undefined || value === null) return <span>Not set</span>
    const name = nameOf(side)
    if (name !== undefined) return <span className="pb-break">{name}</span>
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
        <dd>{show('base')}</dd>
        <dt>Here</dt>
        <dd>{show('local')}</dd>
        <dt>At the provider</dt>
        <dd>{show('remote')}</dd>
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
      {menu && <div style={{ marginTop: 6, marginLeft: -8 }}>{menu}</div>}
    </section>
  )
}

function policyOf({ policies }: Profile, setting: string): Policy {
  return policies[setting] ?? 'managed'
}

function useSetPolicy(id: string) {
  const client = useClient()
  const stores = useStores()
  const { busy, fault, perform } = useAction()
  const setPolicy = async (setting: string, policy: Policy) => {
    await perform(() => client.profiles.setPolicy({ id, setting, policy }))
    await stores.profiles.getState().reload()
  }
  return { busy, fault, setPolicy }
}
