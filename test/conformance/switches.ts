import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { commonSwitches } from '../../src/main/sandbox/kit/switches.ts'
import type { Variant } from './subject.ts'

const root = join(import.meta.dirname, '../..')

/** A switch as its JSON schema tells it. */
const property = z.object({ default: z.unknown(), enum: z.array(z.unknown()).optional(), type: z.unknown().optional() })
const properties = z.object({ properties: z.record(z.string(), property) })

type Wanted = { name: string; covers: (value: unknown) => boolean; text: string }

/**
 * No switch of the simulator goes untried. in: elsewhere: by switch, the test file that tries those of its values that
 * are in no variant.
 */
export function coversSwitches(schema: z.ZodObject, variants: Variant[], elsewhere: Record<string, string> = {}): void {
  const left = wantedOf(schema).filter(wanted => !isTried(wanted, variants))

  describe('switches', () => {
    test('every value of every switch is in a variant, or in a test of its own', () => {
      expect(left.filter(({ name }) => !Object.hasOwn(elsewhere, name)).map(nameOf)).toEqual([])
    })

    test('no test of its own is named without need', () => {
      const names = left.map(({ name }) => name)
      expect(Object.keys(elsewhere).filter(name => !names.includes(name))).toEqual([])
    })

    for (const wanted of left.filter(({ name }) => Object.hasOwn(elsewhere, name))) {
      const file = elsewhere[wanted.name] ?? ''
      test(`${nameOf(wanted)} is tried in ${file}`, () => {
        expect(existsSync(join(root, file))).toBe(true)
        const text = readFileSync(join(root, file), 'utf8')
        expect(text).toContain(wanted.name)
        expect(text).toContain(wanted.text)
      })
    }
  })
}

/** Each value beside the default one; of a switch with endless values any other than the default. */
function wantedOf(schema: z.ZodObject): Wanted[] {
  const own = Object.entries(properties.parse(z.toJSONSchema(schema, { io: 'input' })).properties)
  return own
    .filter(([name]) => !Object.hasOwn(commonSwitches.shape, name))
    .flatMap(([name, { default: usual, enum: values, type }]): Wanted[] => {
      const all = values ?? (type === 'boolean' ? [true, false] : undefined)
      if (!all) return [{ name, text: '', covers: value => !isSame(value, usual) }]
      const others = all.filter(value => !isSame(value, usual))
      return others.map(one => ({ name, text: String(one), covers: value => isSame(value, one) }))
    })
}

function isTried({ name, covers }: Wanted, variants: Variant[]): boolean {
  return variants.some(({ switches }) => Object.hasOwn(switches, name) && covers(switches[name]))
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function nameOf({ name, text }: Wanted): string {
  return text === '' ? name : `${name}: ${text}`
}
