import { Group, TextInput } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { bytesPerLine, hexLine, lineCount, offsetOf } from './hex-lines.ts'

const linePx = 20

/** Bytes with their offsets and letters. Only the lines in sight are drawn, so that all of a large body can be looked at. */
export function HexView({ bytes, label }: { bytes: Uint8Array; label: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  // What it returns is used here and handed to nothing that memoizes.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: lineCount(bytes),
    getScrollElement: () => scroller.current,
    estimateSize: () => linePx,
    paddingStart: 8,
    paddingEnd: 8,
    overscan: 20
  })
  const heightPx = Math.min(380, lineCount(bytes) * linePx + 18)
  return (
    <>
      {bytes.length > 4096 && (
        <GoToOffset
          length={bytes.length}
          onGo={offset => virtualizer.scrollToIndex(Math.floor(offset / bytesPerLine), { align: 'start' })}
        />
      )}
      {/* A region that scrolls has to be reached with the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="pb-bytes" style={{ height: heightPx }} aria-label={label} tabIndex={0} ref={scroller}>
        <div style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const { offset, hex, letters } = hexLine(bytes, index)
            return (
              <div key={index} className="pb-bytes-line" style={{ top: start }}>
                <span>{offset}</span>
                <span>{hex}</span>
                <span>{letters}</span>
              </div>
            )
          })}
        </div>
      </section>
    </>
  )
}

function GoToOffset({ length, onGo }: { length: number; onGo: (offset: number) => void }) {
  const [text, setText] = useState('')
  const isWrong = text.trim() !== '' && offsetOf(text, length) === undefined
  return (
    <form
      aria-label="Go to an offset"
      onSubmit={event => {
        event.preventDefault()
        const offset = offsetOf(text, length)
        if (offset !== undefined) onGo(offset)
      }}
    >
      <Group gap="xs">
        <TextInput
          size="xs"
          aria-label="Offset, hexadecimal"
          placeholder="Go to offset, such as 1f40"
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          error={isWrong && `The last offset is ${(length - 1).toString(16)}.`}
          w={210}
        />
      </Group>
    </form>
  )
}
