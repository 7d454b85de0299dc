import { Text } from '@mantine/core'
import { IconShieldQuestion, IconShieldX } from '@tabler/icons-react'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { Note } from '../parts/note.tsx'

const titles = {
  invalid: 'The signature is not valid',
  missing: 'It is not signed',
  'no-secret': 'The signature could not be checked'
}

type Props = { detail: Pick<CallbackDetail, 'verdict' | 'verdictText' | 'verdictDetails'> }

/** Why its signature is what it is: loud where something is wrong, quiet where all is well. */
export function CallbackSignature({ detail }: Props) {
  const { verdict, verdictText } = detail
  if (verdictText === null) return null
  if (verdict === 'invalid' || verdict === 'missing' || verdict === 'no-secret') {
    const isWrong = verdict === 'invalid'
    return (
      <Note tone={isWrong ? 'red' : 'amber'} icon={isWrong ? IconShieldX : IconShieldQuestion} title={titles[verdict]}>
        <div className="pb-break">{verdictText}</div>
        <Grounds detail={detail} />
      </Note>
    )
  }
  return (
    <div>
      <Text size="sm" c="dimmed" className="pb-break">
        {verdictText}
      </Text>
      <Grounds detail={detail} />
    </div>
  )
}

/** What the check rests on, for whoever wants to know. */
function Grounds({ detail: { verdictDetails } }: Props) {
  if (verdictDetails.length === 0) return null
  return (
    <details style={{ marginTop: 4, fontSize: 13 }}>
      <summary>How it was checked</summary>
      <dl className="pb-facts" style={{ marginTop: 6, fontSize: 13 }}>
        {verdictDetails.map(({ label, value }, index) => (
          // Two of them may have the same label.
          <div key={index} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd style={{ whiteSpace: 'pre-wrap' }}>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
