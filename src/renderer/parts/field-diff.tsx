import { VisuallyHidden } from '@mantine/core'
import type { SettingValue } from '#shared/model/field.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import { textOf } from '../forms/form-model.ts'

/** Setting by setting: what it was (−) and what it becomes (+). */
export function FieldDiff({ changes }: { changes: SettingChange[] }) {
  return (
    <dl className="pb-diff">
      {changes.map(change => (
        <DiffEntry key={change.setting} change={change} />
      ))}
    </dl>
  )
}

function DiffEntry({ change }: { change: SettingChange }) {
  const { label, secret, from, to } = change
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {from !== undefined && <DiffLine sign="−" word="was" tone="red" text={shown(from, secret)} />}
        {to !== undefined && <DiffLine sign="+" word="becomes" tone="green" text={shown(to, secret)} />}
      </dd>
    </>
  )
}

type LineProps = { sign: string; word: string; tone: 'red' | 'green'; text: string }

function DiffLine({ sign, word, tone, text }: LineProps) {
  return (
    <div className="pb-diff-line" data-pb-tone={tone}>
      <span aria-hidden>{sign}</span>
      <span>
        <VisuallyHidden>{word}: </VisuallyHidden>
        {text}
      </span>
    </div>
  )
}

/** A value in a diff. Of a secret only its version is known here. */
function shown(value: SettingValue, isSecret: boolean): string {
  if (value !== null && typeof value === 'object' && '$secret' in value) return `secret, version ${value.$secret}`
  if (isSecret) return 'secret'
  return textOf(value) === '' ? '(empty)' : textOf(value)
}
