import { Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconScissors } from '@tabler/icons-react'
import { useState } from 'react'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { CodeLines } from '../parts/code-lines.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Note } from '../parts/note.tsx'
import { sizeText } from '../parts/times.ts'
import { bytesOf, drawnBytes, formPairs, hexText, prettyJson } from './body-text.ts'

type View = 'json' | 'form' | 'text' | 'hex'

const labels: Record<View, string> = { json: 'JSON', form: 'Form', text: 'Text', hex: 'Bytes' }

/** The body in the views that it allows. The bytes are what came; the others are readings of them. */
export function CallbackBody({ detail }: { detail: CallbackDetail }) {
  const { bodyText, bodyBase64, bodyBytes, truncated } = detail
  const contentType = detail.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const json = bodyText === null ? undefined : prettyJson(bodyText)
  const form = bodyText === null ? undefined : formPairs(bodyText, contentType)
  const views = [json !== undefined && 'json', form && 'form', bodyText !== null && 'text', 'hex'] as const
  const offered = views.filter((view): view is View => typeof view === 'string')
  const [picked, setPicked] = useState<View>()
  const view = picked ?? offered[0] ?? 'hex'

  if (bodyBytes === 0) {
    return (
      <Text size="sm" c="dimmed">
        The body is empty.
      </Text>
    )
  }
  return (
    <Stack gap="xs">
      {truncated && (
        <Note tone="amber" icon={IconScissors} title="The body was larger than the limit and is cut off." />
      )}
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label="View of the body"
          data={offered.map(value => ({ value, label: labels[value] }))}
          value={view}
          onChange={setPicked}
        />
        <Group gap={6}>
          <Text size="xs" c="dimmed">
            {contentType ?? 'No content type'}, {sizeText(bodyBytes)}
          </Text>
          {bodyText !== null && <CopyButton value={view === 'json' ? (json ?? bodyText) : bodyText} what="the body" />}
        </Group>
      </Group>
      {view === 'json' && <CodeLines text={json ?? ''} language="json" label="Body as JSON" />}
      {view === 'text' && <CodeLines text={bodyText ?? ''} language="text" label="Body as text" />}
      {view === 'form' && <FormFields pairs={form ?? []} />}
      {view === 'hex' && <Bytes bytes={bytesOf(bodyBase64)} />}
    </Stack>
  )
}

function Bytes({ bytes }: { bytes: Uint8Array }) {
  return (
    <>
      <section className="pb-code" aria-label="Body as bytes">
        <pre className="pb-hex">{hexText(bytes)}</pre>
      </section>
      {bytes.length > drawnBytes && (
        <Text size="xs" c="dimmed">
          The first {sizeText(drawnBytes)} of {sizeText(bytes.length)} are shown; all of them are stored.
        </Text>
      )}
    </>
  )
}

function FormFields({ pairs }: { pairs: [string, string][] }) {
  return (
    <dl className="pb-facts pb-mono">
      {pairs.map(([name, value], index) => (
        // A form may name a field twice: only its place tells them apart.
        <div key={index} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
