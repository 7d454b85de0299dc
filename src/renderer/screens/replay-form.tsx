import { Autocomplete, Checkbox, Text, TextInput } from '@mantine/core'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { PairInput } from '../forms/pair-input.tsx'
import { CodeInput } from '../parts/code-input.tsx'
import { sizeText } from '../parts/times.ts'
import type { ReplayDraft } from '../state/attempts.ts'
import { headerOf } from './callback-body.tsx'
import { WhereTo } from './where-to.tsx'

type Props = {
  detail: CallbackDetail
  draft: ReplayDraft
  onChange: (draft: ReplayDraft) => void
  urlProblem: string | undefined
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Where to, and what of it is changed. What is left alone goes out as it came. */
export function ReplayForm({ detail, draft, onChange, urlProblem }: Props) {
  const put = (change: Partial<ReplayDraft>) => onChange({ ...draft, ...change })
  return (
    <>
      <WhereTo value={draft} onChange={put} listener="The listener here: it is caught once more" problem={urlProblem} />
      <Checkbox
        label="Sign it again"
        description="With the key of the endpoint or its account, and with the time of now. Otherwise a changed callback does not pass the check of its signature."
        checked={draft.resign}
        onChange={event => put({ resign: event.currentTarget.checked })}
      />
      <Autocomplete
        label="Method"
        data={methods}
        value={draft.method}
        onChange={method => put({ method: method.toUpperCase().trim() })}
        w={180}
      />
      <PairInput
        label="Headers"
        one="header"
        about="Host, length and connection are written anew."
        pairs={draft.headers}
        onChange={headers => put({ headers })}
      />
      <Body detail={detail} draft={draft} put={put} />
      <PairInput
        label="Set fields"
        one="field"
        about="Fields of the form or the JSON that get another value, by their name in the body."
        pairs={draft.set}
        onChange={set => put({ set })}
      />
    </>
  )
}

type BodyProps = { detail: CallbackDetail; draft: ReplayDraft; put: (change: Partial<ReplayDraft>) => void }

function Body({ detail, draft, put }: BodyProps) {
  if (detail.bodyBytes > 0 && draft.body === undefined) {
    return (
      <TextInput
        label="Body"
        readOnly
        value={`As it came: ${sizeText(detail.bodyBytes)}`}
        description={
          detail.bodyText === null
            ? 'It is no text, so that it is sent byte for byte.'
            : 'It is too large to be edited here, so that it is sent byte for byte.'
        }
      />
    )
  }
  const isJson = /json/i.test(headerOf(detail, 'content-type') ?? '')
  return (
    <div>
      <Text className="pb-label" mb={4}>
        Body
      </Text>
      <CodeInput
        label="Body"
        language={isJson ? 'json' : 'text'}
        text={draft.body ?? ''}
        onChange={body => put({ body })}
      />
    </div>
  )
}
