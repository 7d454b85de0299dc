import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Rule } from '#shared/model/rule.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { useAction } from '../state/action.ts'
import { dropOrder, moveOrder, newRule, rulesFor, type RuleDraft } from '../state/rules.ts'
import { useClient, useReadFault, useStores, useValue } from '../state/stores.ts'
import { goOn } from './callback-route.ts'
import { RuleCard } from './rule-card.tsx'
import { RuleEditor } from './rule-editor.tsx'

/** What senders get, by rules: those of an endpoint first, then those of every endpoint. `endpointId` null: only these. */
export function RulesPanel({ endpointId, onClose }: { endpointId: string | null; onClose: () => void }) {
  const endpoints = useValue('endpoints') ?? []
  const rules = useValue('rules') ?? []
  const readFault = useReadFault('rules')
  const [edited, setEdited] = useState<RuleDraft>()
  const { own, shared } = rulesFor(rules, endpointId)
  return (
    <SidePanel
      title="Rules"
      under="The first rule that is on and whose conditions all hold decides what the sender gets."
      onClose={onClose}
    >
      <Stack gap="md">
        <NativeSelect
          label="Rules of"
          data={[
            { value: '', label: countedLabel('Every endpoint', rules, null) },
            ...endpoints.map(({ id, label }) => ({ value: id, label: countedLabel(label, rules, id) }))
          ]}
          value={endpointId ?? ''}
          onChange={event => goOn({ query: { panel: 'rules', of: event.currentTarget.value || undefined } })}
        />
        <FaultAlert fault={readFault} />
        <RuleList rules={own} onEdit={setEdited} />
        <Group>
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            variant={own.length === 0 ? 'filled' : 'default'}
            onClick={() => setEdited(newRule(endpointId))}
          >
            Add a rule
          </Button>
        </Group>
        {endpointId !== null && shared.length > 0 && (
          <section aria-label="Rules of every endpoint">
            <Title order={3} mb={6}>
              After these: the rules of every endpoint
            </Title>
            <RuleList rules={shared} onEdit={setEdited} />
          </section>
        )}
      </Stack>
      {edited && <RuleEditor key={edited.id ?? 'new'} rule={edited} onClose={() => setEdited(undefined)} />}
    </SidePanel>
  )
}

/** Tells where rules are, also those that are not shown. */
function countedLabel(label: string, rules: Rule[], endpointId: string | null): string {
  const count = rules.filter(rule => rule.endpointId === endpointId).length
  return count === 0 ? label : `${label} (${count})`
}

function RuleList({ rules, onEdit }: { rules: Rule[]; onEdit: (rule: RuleDraft) => void }) {
  const client = useClient()
  const stores = useStores()
  const [draggedId, setDraggedId] = useState<string>()
  const changing = useAction()
  const move = async (order: { id: string; before: string | null } | undefined) => {
    setDraggedId(undefined)
    if (!order) return
    await changing.perform(() => client.rules.move(order))
    void stores.rules.getState().reload()
  }
  if (rules.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        There is no rule here: senders get what their provider expects.
      </Text>
    )
  }
  return (
    <>
      <ol className="pb-rules" aria-label="Rules in their order">
        {rules.map((rule, at) => (
          <RuleCard
            key={rule.id}
            rule={rule}
            place={{ isFirst: at === 0, isLast: at === rules.length - 1 }}
            isDragUnderWay={draggedId !== undefined}
            onDrag={setDraggedId}
            onDrop={() => void move(draggedId === undefined ? undefined : dropOrder(rules, draggedId, rule.id))}
            onMove={step => void move(moveOrder(rules, rule.id, step))}
            onEdit={() => onEdit(rule)}
          />
        ))}
      </ol>
      <FaultAlert fault={changing.fault} />
    </>
  )
}
