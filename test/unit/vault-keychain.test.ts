import { describe, expect, test } from 'vitest'
import { keychainFault } from '../../src/main/vault/drivers/keychain-faults.ts'
import { entryOf, pack, partsOf, sizeLimitBytes, unpack } from '../../src/main/vault/drivers/keychain-parts.ts'
import { awkwardValues } from '../helpers/vault-suite-values.ts'

describe('values in parts', () => {
  test.each(Object.entries(awkwardValues))(
    'a value that is %s comes back, and no piece is over the limit',
    (_, value) => {
      const { head, parts } = pack('acc-1/token:v1', value)
      for (const piece of [head, ...parts.map(part => part.value)]) {
        expect(piece).not.toBe('')
        expect(piece).not.toContain('\0')
        expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(sizeLimitBytes)
      }
      expect(partsOf('acc-1/token:v1', head)).toEqual(parts.map(part => part.name))
      const pieces = parts.map(part => part.value)
      expect(unpack(head, pieces)).toBe(value)
    }
  )

  test('a short value is stored as it is', () => {
    expect(pack('acc-1/token:v1', 'plain')).toEqual({ head: 'plain', parts: [] })
  })

  test('a missing or changed part is noticed', () => {
    const { head, parts } = pack('acc-1/token:v1', 'x'.repeat(9000))
    const pieces = parts.map(part => part.value)
    expect(unpack(head, pieces.slice(1))).toBeUndefined()
    expect(unpack(head, pieces.with(0, 'A'.repeat(2400)))).toBeUndefined()
  })

  test('a new long value does not touch the parts of the old one, and each part names its entry', () => {
    const [one, two] = [pack('acc-1/token:v1', 'x'.repeat(9000)), pack('acc-1/token:v1', 'y'.repeat(9000))]
    const names = [...one.parts, ...two.parts].map(part => part.name)
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(names.map(entryOf))).toEqual(new Set(['acc-1/token:v1']))
    expect(entryOf('acc-1/token:v12')).toBe('acc-1/token:v12')
  })
})

describe('what the systems say', () => {
  // Linux: seen with libsecret 0.21 and gnome-keyring 46. macOS: the texts of SecCopyErrorMessageString.
  test.each([
    ['Failed to load keytar native addon, checked ["../build/Release"] on linux-x64', 'vault-no-service'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'vault-no-service'],
    ['Could not connect: No such file or directory', 'vault-no-service'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'vault-no-service'],
    [
      'GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not provided by any .service files',
      'vault-no-service'
    ],
    ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'vault-no-collection'],
    ['A default keychain could not be found.', 'vault-no-collection'],
    ['Cannot create an item in a locked collection', 'vault-locked'],
    ['User interaction is not allowed.', 'vault-locked'],
    ['User canceled the operation.', 'vault-denied'],
    ['The user name or passphrase you entered is not correct.', 'vault-denied'],
    [
      'GDBus.Error:org.freedesktop.DBus.Error.AccessDenied: An AppArmor policy prevents this sender from sending this message to org.freedesktop.secrets',
      'vault-denied'
    ],
    ['something nobody has seen', 'vault-no-service']
  ])('%s → %s', (text, code) => {
    expect(keychainFault(text).report()).toMatchObject({ code, excerpt: text })
  })

  test('a snap without its plug is told which command connects it', () => {
    expect(keychainFault('An AppArmor policy prevents this sender').report().advice).toContain(
      'password-manager-service'
    )
  })

  test('a missing library or service is told what to install', () => {
    for (const text of [
      'Failed to load keytar native addon',
      'The name org.freedesktop.secrets was not provided by any .service files'
    ]) {
      expect(keychainFault(text).report().advice).toMatch(/libsecret-1-0.*gnome-keyring/)
    }
  })
})
