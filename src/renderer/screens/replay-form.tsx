import { Autocomplete, Checkbox, Radio, Stack, Text, TextInput } from '@mantine/core'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { PairInput } from '../forms/pair-input.tsx'
import { CodeInput } from '../parts/code-input.tsx'
import { sizeText } from '../parts/times.ts'
import type { ReplayDraft } from '../state/attempts.ts'
import { useValue } from '../state/stores.ts'
import { headerOf } from './callback-body.tsx'

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
      <Where draft={draft} put={put} urlProblem={urlProblem} />
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
      <Checkbox
        label="Sign it again"
        description="With the key of the endpoint or its account, and with the time of now. Otherwise a changed callback does not pass the check of its signature."
        checked={draft.resign}
        onChange={event => put({ resign: event.currentTarget.checked })}
      />
    </>
  )
}

type PartProps = { draft: ReplayDraft; put: (change: Partial<ReplayDraft>) => void }

function Where({ draft, put, urlProblem }: PartProps & { urlProblem: string | undefined }) {
  const targets = [...new Set((useValue('targets') ?? []).map(target => target.url))]
  return (
    <Radio.Group
      label="Where to"
      value={draft.to}
      onChange={to => put({ to: to === 'address' ? 'address' : 'listener' })}
    >
      <Stack gap={6} mt={4}>
        <Radio value="listener" label="The listener here: it is caught once more" />
        <Radio value="address" label="Another address" />
        {draft.to === 'address' && (
          <Autocomplete
            aria-label="Address to send to"
            placeholder="http://localhost:3000/hooks"
            data={targets}
            value={draft.url}
            onChange={url => put({ url })}
            error={urlProblem}
            ml={28}
          />
        )}
      </Stack>
    </Radio.Group>
  )
}

function Body({ detail, draft, put }: PartProps & { detail: CallbackDetail }) {
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
