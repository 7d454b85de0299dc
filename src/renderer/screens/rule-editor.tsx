import { Button, Group, Modal, NativeSelect, NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import type { Rule } from '#shared/model/rule.ts'
import { useFirstWrong } from '../forms/first-wrong.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { problemsOfRule, type RuleDraft, type RuleProblems } from '../state/rules.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { RuleAnswerForm } from './rule-answer.tsx'
import { RuleConditions } from './rule-conditions.tsx'
import { forwardLabels, ruleWords } from './rule-words.ts'

/** Makes a rule, or changes one. What it does stands below as a sentence while it is typed. */
export function RuleEditor({ rule, onClose }: { rule: RuleDraft; onClose: () => void }) {
  const stores = useStores()
  const saving = useSaving()
  const [draft, setDraft] = useState(rule)
  const [problems, setProblems] = useState<RuleProblems>()
  const form = useRef<HTMLFormElement>(null)
  const showFirstWrong = useFirstWrong(form)
  const put = (change: Partial<RuleDraft>) => setDraft({ ...draft, ...change })
  const save = async () => {
    const wrong = problemsOfRule(draft)
    setProblems(wrong)
    if (wrong) return showFirstWrong()
    if (!(await saving.save(draft))) return
    void stores.rules.getState().reload()
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={rule.id === undefined ? 'New rule' : 'Edit the rule'} size={760}>
      <form
        noValidate
        ref={form}
        aria-label="Rule"
        onSubmit={event => {
          event.preventDefault()
          void save()
        }}
      >
        <Stack gap="md">
          <Group grow align="flex-start">
            <TextInput
              label="Name"
              required
              placeholder="What it is for"
              value={draft.label}
              maxLength={80}
              error={problems?.label}
              onChange={event => put({ label: event.currentTarget.value })}
              data-autofocus
            />
            <EndpointChoice draft={draft} put={put} />
          </Group>
          <RuleConditions
            conditions={draft.conditions}
            problems={problems?.conditions ?? {}}
            onChange={conditions => put({ conditions })}
          />
          <HowOften draft={draft} put={put} />
          <RuleAnswerForm answer={draft.answer} onChange={answer => put({ answer })} />
          <NativeSelect
            label="Sent on to the targets"
            data={Object.entries(forwardLabels).map(([value, label]) => ({ value, label }))}
            value={draft.forwards}
            onChange={event => put({ forwards: event.currentTarget.value as Rule['forwards'] })}
          />
          <div className="pb-note" data-pb-tone="blue" style={{ gridTemplateColumns: '1fr' }}>
            <Text size="sm" className="pb-break">
              {ruleWords(draft)}
            </Text>
          </div>
          <FaultAlert fault={saving.fault} />
          <Group justify="flex-end" gap="xs" className="pb-dialog-foot">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={saving.busy}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function useSaving() {
  const client = useClient()
  const { busy, fault, perform } = useAction()
  const save = ({ id, ...rule }: RuleDraft) =>
    perform(() => (id === undefined ? client.rules.add(rule) : client.rules.update({ id, ...rule })))
  return { busy, fault, save }
}

type PartProps = { draft: RuleDraft; put: (change: Partial<RuleDraft>) => void }

function EndpointChoice({ draft, put }: PartProps) {
  const endpoints = useValue('endpoints') ?? []
  return (
    <NativeSelect
      label="Endpoint"
      data={[{ value: '', label: 'Every endpoint' }, ...endpoints.map(({ id, label }) => ({ value: id, label }))]}
      value={draft.endpointId ?? ''}
      onChange={event => put({ endpointId: event.currentTarget.value || null })}
    />
  )
}

type Often = 'all' | 'nth' | 'share'

/** All that match, every n-th of them, or a share of them at random. */
function HowOften({ draft, put }: PartProps) {
  const often: Often = draft.everyNth === null ? (draft.percent === null ? 'all' : 'share') : 'nth'
  const choose = (value: Often) => put({ everyNth: value === 'nth' ? 2 : null, percent: value === 'share' ? 10 : null })
  return (
    <Radio.Group label="How often" value={often} onChange={value => choose(value as Often)}>
      <Group gap="lg" mt={6} mih={34}>
        <Radio value="all" label="Each time" />
        <Radio value="nth" label="Every n-th time" />
        {often === 'nth' && (
          <NumberInput
            aria-label="Every how many"
            size="xs"
            w={90}
            min={2}
            max={10_000}
            allowDecimal={false}
            value={draft.everyNth ?? 2}
            onChange={value => put({ everyNth: Number(value) || 2 })}
          />
        )}
        <Radio value="share" label="At random" />
        {often === 'share' && (
          <NumberInput
            aria-label="Percent"
            size="xs"
            w={90}
            min={0.01}
            max={100}
            suffix=" %"
            value={draft.percent ?? 10}
            onChange={value => put({ percent: Number(value) || 10 })}
          />
        )}
      </Group>
    </Radio.Group>
  )
}
