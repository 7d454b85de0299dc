import { Checkbox, Code, Group, NativeSelect, NumberInput, Radio, Stack, Text } from '@mantine/core'
import type { RuleAnswer } from '#shared/model/rule.ts'
import { PairInput } from '../forms/pair-input.tsx'
import { CodeInput } from '../parts/code-input.tsx'
import { answerAs } from '../state/rules.ts'
import { faultLabels } from './rule-words.ts'

type Respond = Extract<RuleAnswer, { type: 'respond' }>
type Break = Extract<RuleAnswer, { type: 'fault' }>
type Props<A> = { answer: A; onChange: (answer: RuleAnswer) => void }

/** What the sender gets: an answer, the provider's usual one, or trouble on purpose. */
export function RuleAnswerForm({ answer, onChange }: Props<RuleAnswer>) {
  return (
    <Stack gap="sm">
      <Radio.Group
        label="Then the sender gets"
        value={answer.type}
        onChange={type => onChange(answerAs(type as RuleAnswer['type'], answer))}
      >
        <Group gap="lg" mt={6}>
          <Radio value="respond" label="This answer" />
          <Radio value="provider" label="What its provider expects" />
          <Radio value="fault" label="Trouble, on purpose" />
        </Group>
      </Radio.Group>
      {answer.type === 'respond' && <RespondForm answer={answer} onChange={onChange} />}
      {answer.type === 'fault' && <FaultForm answer={answer} onChange={onChange} />}
      <NumberInput
        label="After a pause of"
        w={180}
        min={0}
        max={120_000}
        step={500}
        allowDecimal={false}
        suffix=" ms"
        value={answer.delayMs}
        onChange={value => onChange({ ...answer, delayMs: Number(value) || 0 })}
      />
    </Stack>
  )
}

function StatusInput({ answer, onChange }: Props<Respond | Break>) {
  return (
    <NumberInput
      label="Status"
      w={120}
      min={200}
      max={599}
      allowDecimal={false}
      value={answer.status}
      onChange={value => onChange({ ...answer, status: Number(value) || 200 })}
    />
  )
}

function BodyInput({ answer, onChange }: Props<Respond | Break>) {
  return (
    <div>
      <Text className="pb-label" mb={4}>
        Body
      </Text>
      <CodeInput
        label="Body of the answer"
        language="text"
        text={answer.body}
        onChange={body => onChange({ ...answer, body })}
      />
    </div>
  )
}

function RespondForm({ answer, onChange }: Props<Respond>) {
  return (
    <>
      <StatusInput answer={answer} onChange={onChange} />
      <PairInput
        label="Headers"
        one="header"
        pairs={answer.headers}
        onChange={headers => onChange({ ...answer, headers })}
      />
      <BodyInput answer={answer} onChange={onChange} />
      <Checkbox
        label="The body is a template"
        description="Values of the callback are put in before it is sent."
        checked={answer.template}
        onChange={event => onChange({ ...answer, template: event.currentTarget.checked })}
      />
      {answer.template && <TemplateHelp />}
    </>
  )
}

const examples: readonly [string, string][] = [
  ['{{ method }}', 'the method, such as POST'],
  ['{{ path }}', 'what follows the key in the address'],
  ['{{ query.name }}', 'a parameter of the address'],
  ['{{ headers.name }}', 'a header; its name in small letters'],
  ['{{ json.data.id }}', 'a value of a JSON body'],
  ['{{ fields.name }}', 'a field, as the provider names it'],
  ['{{ verdict }}', 'what the check of the signature says'],
  ['{{ body }}', 'the whole body as text'],
  ['{{ json.name | upcase | default: "nobody" }}', 'filters change a value'],
  ['{% if query.ok %}yes{% else %}no{% endif %}', 'a choice']
]

/** The template language is Liquid. */
function TemplateHelp() {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        Templates are written in Liquid. What can stand in one:
      </Text>
      <dl className="pb-facts" style={{ fontSize: 12.5 }}>
        {examples.map(([text, about]) => (
          <div key={text} style={{ display: 'contents' }}>
            <dt>
              <Code>{text}</Code>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function FaultForm({ answer, onChange }: Props<Break>) {
  const hasBody = answer.fault === 'cut' || answer.fault === 'drip'
  return (
    <>
      <NativeSelect
        label="Trouble"
        data={Object.entries(faultLabels).map(([value, label]) => ({ value, label }))}
        value={answer.fault}
        onChange={event => onChange({ ...answer, fault: event.currentTarget.value as Break['fault'] })}
      />
      {hasBody && (
        <>
          <StatusInput answer={answer} onChange={onChange} />
          <BodyInput answer={answer} onChange={onChange} />
        </>
      )}
    </>
  )
}
