import { ActionIcon, Group, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core'
import { IconDownload, IconPackage, IconScissors } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { CodeLines } from '../parts/code-lines.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Note } from '../parts/note.tsx'
import { sizeText } from '../parts/times.ts'
import { bytesOf, formPairs, prettyJson, textOf, unpacked } from './body-text.ts'
import { saveFile } from './callback-file.ts'
import { PairList } from './callback-request.tsx'
import { HexView } from './hex-view.tsx'

type View = 'json' | 'form' | 'text' | 'hex'

const labels: Record<View, string> = { json: 'JSON', form: 'Form', text: 'Text', hex: 'Bytes' }
/** A longer text is not read as JSON or as a form. */
const readLetters = 1_000_000
/** It may be a single line, which is slow to lay out: a longer text is cut off here; its bytes are not. */
const drawnLetters = 200_000

/** The body in the views that it allows. The bytes are what came; the others are readings of them. */
export function CallbackBody({ detail }: { detail: CallbackDetail }) {
  const { bodyBase64, bodyBytes, truncated } = detail
  const bytes = useMemo(() => bytesOf(bodyBase64), [bodyBase64])
  const encoding = headerOf(detail, 'content-encoding')
  const open = useUnpacked(bytes, encoding)
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
      {open && (
        <Note tone="blue" icon={IconPackage} title={`It came packed (${encoding}).`}>
          The readings show it unpacked, {sizeText(open.length)}; Bytes shows what came.
        </Note>
      )}
      <BodyViews
        bytes={bytes}
        text={open ? textOf(open) : (detail.bodyText ?? undefined)}
        contentType={headerOf(detail, 'content-type')}
        fileName={`callback-${detail.id}-body`}
      />
    </Stack>
  )
}

type ViewsProps = { bytes: Uint8Array<ArrayBuffer>; text: string | undefined; contentType?: string; fileName: string }

/** Bytes in the views that they allow; also those of an answer. */
export function BodyViews({ bytes, text, contentType, fileName }: ViewsProps) {
  const isShort = text !== undefined && text.length <= readLetters
  const json = useMemo(() => (isShort ? prettyJson(text) : undefined), [isShort, text])
  const form = isShort ? formPairs(text, contentType) : undefined
  const views = [json !== undefined && 'json', form && 'form', text !== undefined && 'text', 'hex'] as const
  const offered = views.filter((view): view is View => typeof view === 'string')
  const [picked, setPicked] = useState<View>()
  const view = picked !== undefined && offered.includes(picked) ? picked : (offered[0] ?? 'hex')
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        {offered.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label="View of the body"
            data={offered.map(value => ({ value, label: labels[value] }))}
            value={view}
            onChange={setPicked}
          />
        ) : (
          <Text size="sm">It is no text: these are its bytes.</Text>
        )}
        <Group gap={6}>
          <Text size="xs" c="dimmed">
            {contentType ?? 'No content type'}, {sizeText(bytes.length)}
          </Text>
          {text !== undefined && <CopyButton value={view === 'json' ? (json ?? text) : text} what="the body" />}
          <Tooltip label="Save the bytes as a file">
            <ActionIcon
              size="sm"
              aria-label="Save the body as a file"
              onClick={() => saveFile({ fileName, mediaType: 'application/octet-stream', content: bytes })}
            >
              <IconDownload size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {view === 'json' && <CodeLines text={json ?? ''} language="json" label="Body as JSON" />}
      {view === 'text' && <Letters text={text ?? ''} />}
      {view === 'form' && <PairList pairs={form ?? []} />}
      {view === 'hex' && <HexView bytes={bytes} label="Body as bytes" />}
    </Stack>
  )
}

function Letters({ text }: { text: string }) {
  return (
    <>
      <CodeLines text={text.slice(0, drawnLetters)} language="text" label="Body as text" />
      {text.length > drawnLetters && (
        <Text size="xs" c="dimmed">
          The first {drawnLetters.toLocaleString()} letters are shown. Bytes shows all of it, and it can be saved as a
          file.
        </Text>
      )}
    </>
  )
}

export function headerOf({ headers }: Pick<CallbackDetail, 'headers'>, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1]
}

function useUnpacked(bytes: Uint8Array<ArrayBuffer>, encoding: string | undefined): Uint8Array | undefined {
  const [open, setOpen] = useState<Uint8Array>()
  useEffect(() => {
    let isCurrent = true
    if (encoding === undefined || bytes.length === 0) return
    const read = async () => {
      const result = await unpacked(bytes, encoding)
      if (isCurrent) setOpen(result)
    }
    void read()
    return () => {
      isCurrent = false
    }
  }, [bytes, encoding])
  return open
}
