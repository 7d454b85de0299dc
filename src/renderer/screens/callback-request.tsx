import { Group, Stack, Text } from '@mantine/core'
import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import { CopyButton } from '../parts/copy-button.tsx'

/** What its fields mean, as far as its provider's documentation tells. */
export function CallbackMeaning({ decoded }: { decoded: NonNullable<CallbackDetail['decoded']> }) {
  return (
    <dl className="pb-facts">
      {decoded.fields.map(field => (
        <div key={field.name} style={{ display: 'contents' }}>
          <dt title={field.help}>
            {field.label}
            {field.label !== field.name && (
              <Text size="xs" c="dimmed" className="pb-mono">
                {field.name}
              </Text>
            )}
          </dt>
          <dd>{field.value === '' ? <i>(empty)</i> : field.value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function CallbackHeaders({ detail }: { detail: CallbackDetail }) {
  return (
    <Stack gap="md">
      <Pairs
        about="In the order and the case in which they came, each as often as it came."
        pairs={detail.headers}
        what="the headers"
      />
      {detail.trailers.length > 0 && (
        <Pairs about="After the body (trailers):" pairs={detail.trailers} what="the trailers" />
      )}
    </Stack>
  )
}

function Pairs({ about, pairs, what }: { about: string; pairs: HeaderPair[]; what: string }) {
  return (
    <div>
      <Group gap={6} mb="xs">
        <Text size="xs" c="dimmed">
          {about}
        </Text>
        <CopyButton value={pairs.map(pair => pair.join(': ')).join('\n')} what={what} />
      </Group>
      <PairList pairs={pairs} />
    </div>
  )
}

/** Headers or the fields of a form, as they came. */
export function PairList({ pairs }: { pairs: HeaderPair[] }) {
  return (
    <dl className="pb-facts pb-mono">
      {pairs.map(([name, value], index) => (
        // The same name may come twice: only its place tells them apart.
        <div key={index} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value === '' ? <i>(empty)</i> : value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** More of a body than this is not drawn here. */
const drawnLetters = 20_000

/** The request as it stood on the wire, as far as it is text. */
export function CallbackRaw({ detail }: { detail: CallbackDetail }) {
  const { method, target, httpVersion, headers, trailers, bodyText, bodyBytes } = detail
  const lines = (pairs: HeaderPair[]) => pairs.map(pair => pair.join(': '))
  const head = [`${method} ${target} HTTP/${httpVersion.replace(/^HTTP\//, '')}`, ...lines(headers)].join('\n')
  const body = bodyText === null ? `(${bodyBytes} bytes that are no text)` : bodyText.slice(0, drawnLetters)
  const isCut = bodyText !== null && bodyText.length > drawnLetters
  return (
    <Stack gap="xs">
      <Group gap={6}>
        <Text size="xs" c="dimmed">
          The request line, the headers and the body as they came.
        </Text>
        <CopyButton value={`${head}\n\n${bodyText ?? ''}`} what="the request" />
      </Group>
      {/* A region that scrolls has to be reached with the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="pb-raw" tabIndex={0} aria-label="The request as it came">
        <strong>{head}</strong>
        {`\n\n${body}`}
        {trailers.length > 0 && `\n\n${lines(trailers).join('\n')}`}
      </pre>
      {isCut && (
        <Text size="xs" c="dimmed">
          The body goes on; the tab Body shows all of it.
        </Text>
      )}
    </Stack>
  )
}
