import { useHotkeys } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { go, type Screen } from '../state/route.ts'

/** After `g`: the letter of a screen. */
export const letters: Record<string, Screen> = {
  a: 'accounts',
  p: 'profiles',
  l: 'plan',
  c: 'callbacks',
  h: 'history',
  s: 'settings'
}

/** `g` and a letter goes to a screen; mod+K finds anything. Neither while text is typed. */
export function useShortcuts(onFind: () => void): void {
  useHotkeys([['mod+K', onFind]], [])
  const leaderMs = useRef(0)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const screen = letters[event.key]
      if (event.key === 'g') leaderMs.current = event.timeStamp
      else if (screen && event.timeStamp - leaderMs.current < 1000) {
        leaderMs.current = 0
        go(screen)
      }
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

/** Tells whether a key comes right after `g`, so that it is the letter of a screen and nothing else. */
export function leaderOf(): (event: KeyboardEvent) => boolean {
  let leaderMs = Number.NEGATIVE_INFINITY
  return event => {
    const isLed = event.timeStamp - leaderMs < 1000
    leaderMs = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
    return isLed && event.key !== 'g'
  }
}

export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !/^(radio|checkbox|button|submit|file)$/.test(target.type)
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName))
}
