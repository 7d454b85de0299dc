import { Kbd } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { screenName } from '../state/route.ts'
import { callbackKeys } from './callback-keys.ts'
import { letters } from './shortcuts.ts'

/** What the keys do while no text is typed. */
export function ShortcutList() {
  const mod = useOs() === 'macos' ? '⌘' : 'Ctrl'
  return (
    <dl className="pb-facts">
      <dt>
        <Kbd>{mod}</Kbd> <Kbd>K</Kbd>
      </dt>
      <dd>Find a screen, an account or a profile</dd>
      {Object.entries(letters).map(([letter, screen]) => (
        <div key={letter} style={{ display: 'contents' }}>
          <dt>
            <Kbd>g</Kbd> <Kbd>{letter}</Kbd>
          </dt>
          <dd>{screenName(screen)}</dd>
        </div>
      ))}
      {callbackKeys.map(({ key, about }) => (
        <div key={key} style={{ display: 'contents' }}>
          <dt>
            <Kbd>{key}</Kbd>
          </dt>
          <dd>{about} (on Callbacks)</dd>
        </div>
      ))}
      <dt>
        <Kbd>Esc</Kbd>
      </dt>
      <dd>Closes what lies on top</dd>
    </dl>
  )
}
