import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { verdict } from '#shared/model/callback.ts'
import { conditionOf, type Condition } from '#shared/model/rule.ts'
import { emptyCondition, namedParts } from '../state/rules.ts'
import { verdictWords } from './callback-filter-words.ts'
import { comparisonLabels, partLabels } from './rule-words.ts'

type Props = {
  conditions: Condition[]
  problems: Record<number, string>
  onChange: (conditions: Condition[]) => void
}

/** When a rule decides. All conditions have to hold; without any it decides for every request. */
export function RuleConditions({ conditions, problems, onChange }: Props) {
  return (
    <fieldset className="pb-bare">
      <legend className="pb-label">When all of this holds</legend>
      <Stack gap={6} mt={4}>
        {conditions.length === 0 && (
          <Text size="sm" c="dimmed">
            Without a condition the rule decides for every request.
          </Text>
        )}
        {conditions.map((condition, at) => (
          // Conditions have no names of their own: only their place tells them apart.
          <ConditionRow
            key={at}
            number={at + 1}
            condition={condition}
            problem={problems[at]}
            onChange={changed => onChange(conditions.with(at, changed))}
            onRemove={() => onChange(conditions.toSpliced(at, 1))}
          />
        ))}
        <div>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={conditions.length >= 20}
            onClick={() => onChange([...conditions, emptyCondition])}
          >
            Add a condition
          </Button>
        </div>
      </Stack>
    </fieldset>
  )
}

type RowProps = {
  number: number
  condition: Condition
  problem: string | undefined
  onChange: (condition: Condition) => void
  onRemove: () => void
}

const nameHelp: Partial<Record<Condition['of'], string>> = {
  query: 'Name',
  header: 'Name, in any case',
  json: 'Such as data.status',
  field: 'Its name there'
}

function ConditionRow({ number, condition, problem, onChange, onRemove }: RowProps) {
  const { of, name, is, value } = condition
  const put = (change: Partial<Condition>) => onChange({ ...condition, ...change })
  const isNameWrong = problem !== undefined && namedParts.includes(of) && name.trim() === ''
  const comparisons = Object.entries(comparisonLabels).filter(([key]) => fits(of, key as Condition['is']))
  return (
    <div>
      <Group gap={6} wrap="nowrap" align="flex-start">
        <NativeSelect
          aria-label={`Condition ${number}: what is looked at`}
          data={conditionOf.options.map(part => ({ value: part, label: partLabels[part] }))}
          value={of}
          onChange={event => onChange(asPart(condition, event.currentTarget.value as Condition['of']))}
          flex="0 0 210px"
        />
        {namedParts.includes(of) && (
          <TextInput
            aria-label={`Condition ${number}: name`}
            placeholder={nameHelp[of]}
            value={name}
            error={isNameWrong}
            onChange={event => put({ name: event.currentTarget.value })}
            flex={1}
            miw={90}
          />
        )}
        <NativeSelect
          aria-label={`Condition ${number}: how it is compared`}
          data={comparisons.map(([key, label]) => ({ value: key, label }))}
          value={is}
          onChange={event => put({ is: event.currentTarget.value as Condition['is'] })}
          flex="0 0 150px"
        />
        {is !== 'present' && is !== 'absent' && (
          <Value
            number={number}
            condition={condition}
            put={put}
            value={value}
            isWrong={problem !== undefined && !isNameWrong}
          />
        )}
        <ActionIcon aria-label={`Remove condition ${number}`} onClick={onRemove} mt={4}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
      {problem !== undefined && (
        <Text size="xs" c="var(--pb-red-fg)" role="alert">
          {problem}
        </Text>
      )}
    </div>
  )
}

type ValueProps = {
  number: number
  condition: Condition
  value: string
  isWrong: boolean
  put: (change: Partial<Condition>) => void
}

function Value({ number, condition, value, isWrong, put }: ValueProps) {
  const label = `Condition ${number}: value`
  if (condition.of === 'verdict') {
    return (
      <NativeSelect
        aria-label={label}
        data={verdict.options.map(option => ({ value: option, label: verdictWords[option] }))}
        value={value}
        onChange={event => put({ value: event.currentTarget.value })}
        flex={1}
      />
    )
  }
  return (
    <TextInput
      aria-label={label}
      value={value}
      maxLength={2_000}
      error={isWrong}
      onChange={event => put({ value: event.currentTarget.value })}
      flex={1}
      miw={90}
    />
  )
}

/** A method and a verdict are always there, and are one of a few words. */
function fits(of: Condition['of'], is: Condition['is']): boolean {
  if (of !== 'method' && of !== 'verdict') return true
  return is === 'equals' || is === 'not-equals'
}

function asPart(before: Condition, of: Condition['of']): Condition {
  const is = fits(of, before.is) ? before.is : 'equals'
  const name = namedParts.includes(of) ? before.name : ''
  const value =
    of === 'verdict'
      ? 'valid'
      : of === 'method'
        ? 'POST'
        : before.of === 'verdict' || before.of === 'method'
          ? ''
          : before.value
  return { of, name, is, value }
}
