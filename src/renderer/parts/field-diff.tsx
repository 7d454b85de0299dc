import { changeNames } from '#shared/fields.ts'
import type { FormCard, Settings, SettingValue } from '#shared/model/field.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import { textOf } from '../forms/form-model.ts'
import { DiffLine } from './diff-line.tsx'

type Props = {
  changes: SettingChange[]
  /** What the settings belong to; where it is not known, values are shown as they are. */
  form: FormCard | undefined
  /** The settings that did not change. */
  others: Settings | null
}

/** Setting by setting: what it was (−) and what it becomes (+). */
export function FieldDiff({ changes, form, others }: Props) {
  const names = form && changeNames(form, changes, others)
  return (
    <dl className="pb-diff">
      {changes.map(change => (
        <DiffEntry key={change.setting} change={change} names={names?.get(change.setting)} />
      ))}
    </dl>
  )
}

type EntryProps = { change: SettingChange; names: { from: string | undefined; to: string | undefined } | undefined }

function DiffEntry({ change, names }: EntryProps) {
  const { label, secret, from, to } = change
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {from !== undefined && <DiffLine sign="−" word="was" tone="red" text={names?.from ?? shown(from, secret)} />}
        {to !== undefined && <DiffLine sign="+" word="becomes" tone="green" text={names?.to ?? shown(to, secret)} />}
      </dd>
    </>
  )
}

/** A value in a diff. Of a secret only its version is known here. */
function shown(value: SettingValue, isSecret: boolean): string {
  if (value !== null && typeof value === 'object' && '$secret' in value) return `secret, version ${value.$secret}`
  if (isSecret) return 'secret'
  return textOf(value) === '' ? '(empty)' : textOf(value)
}
