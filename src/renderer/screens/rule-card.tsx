import { ActionIcon, Group, Switch, Text, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconGripVertical, IconPencil } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { Rule } from '#shared/model/rule.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'
import { RemoveButton } from './remove-button.tsx'
import { ruleWords } from './rule-words.ts'

type Props = {
  rule: Rule
  place: { isFirst: boolean; isLast: boolean }
  isDragUnderWay: boolean
  onDrag: (id: string | undefined) => void
  onDrop: () => void
  onMove: (step: 1 | -1) => void
  onEdit: () => void
}

/** One rule of a list: what it does in a sentence, whether it is on, where it stands. */
export function RuleCard({ rule, place, isDragUnderWay, onDrag, onDrop, onMove, onEdit }: Props) {
  const client = useClient()
  const stores = useStores()
  const [isOver, setOver] = useState(false)
  return (
    // Dragging is another way for the mouse: the buttons below do the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className="pb-card"
      data-off={rule.enabled ? undefined : true}
      data-over={(isOver && isDragUnderWay) || undefined}
      onDragOver={event => {
        if (!isDragUnderWay) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        onDrop()
      }}
    >
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <span
          draggable
          style={{ paddingTop: 2, color: 'var(--pb-soft-text)' }}
          onDragStart={() => onDrag(rule.id)}
          onDragEnd={() => onDrag(undefined)}
        >
          <IconGripVertical size={16} aria-hidden />
        </span>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" fw={600} className="pb-break">
            {rule.label}
          </Text>
          <Text size="sm" c="dimmed" className="pb-break">
            {ruleWords(rule)}
          </Text>
        </div>
        <EnableSwitch rule={rule} />
      </Group>
      <Group gap={2} justify="flex-end" mt={2}>
        <Step label={`Move ${rule.label} up`} disabled={place.isFirst} onClick={() => onMove(-1)}>
          <IconArrowUp size={15} aria-hidden />
        </Step>
        <Step label={`Move ${rule.label} down`} disabled={place.isLast} onClick={() => onMove(1)}>
          <IconArrowDown size={15} aria-hidden />
        </Step>
        <Step label={`Edit ${rule.label}`} onClick={onEdit}>
          <IconPencil size={15} aria-hidden />
        </Step>
        <RemoveButton
          name={rule.label}
          title={`Remove the rule “${rule.label}”?`}
          about="It no longer decides anything. Callbacks that it answered stay."
          remove={() => client.rules.remove({ id: rule.id })}
          onRemoved={() => void stores.rules.getState().reload()}
        />
      </Group>
    </li>
  )
}

type StepProps = { label: string; disabled?: boolean; onClick: () => void; children: ReactNode }

function Step({ label, disabled, onClick, children }: StepProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

function EnableSwitch({ rule }: { rule: Rule }) {
  const client = useClient()
  const stores = useStores()
  const turning = useAction()
  const turn = async (enabled: boolean) => {
    await turning.perform(() => client.rules.update({ id: rule.id, enabled }))
    void stores.rules.getState().reload()
  }
  return (
    <div>
      <Switch
        label={rule.enabled ? 'On' : 'Off'}
        aria-label={`${rule.label} is on`}
        checked={rule.enabled}
        disabled={turning.busy}
        onChange={event => void turn(event.currentTarget.checked)}
      />
      <FaultAlert fault={turning.fault} />
    </div>
  )
}
