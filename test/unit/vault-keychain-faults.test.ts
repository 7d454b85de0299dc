import { describe, expect, test } from 'vitest'
import { keychainFault, keychainPlace, type KeychainPlace } from '../../src/main/vault/drivers/keychain-faults.ts'

const plain: KeychainPlace = { isKde: false, flatpak: undefined }
const kde = keychainPlace({ XDG_CURRENT_DESKTOP: 'KDE' })
const flatpak = keychainPlace({ FLATPAK_ID: 'dev.plugboard.desktop', XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' })

const inSnap =
  'GDBus.Error:org.freedesktop.DBus.Error.AccessDenied: An AppArmor policy prevents this sender from sending this message to this ' +
  'recipient; type="method_call", sender=":1.79" (uid=1000 pid=1944 comm="/snap/plugboard/51/plugboard" ' +
  'label="snap.plugboard.plugboard (enforce)") interface="org.freedesktop.Secret.Service" member="OpenSession" error name="(unset)" ' +
  'requested_reply="0" destination=":1.20" (uid=1000 pid=1102 comm="/usr/bin/gnome-keyring-daemon --daemonize --login " label="unconfined")'

const absent = 'The name org.freedesktop.secrets was not provided by any .service files'

/** Each way in which a keychain fails on Linux: the text as it was seen, where, and what mends it. */
const matrix: [what: string, text: string, place: KeychainPlace, code: string, mends: RegExp][] = [
  [
    'no libsecret',
    'Failed to load keytar native addon, checked ["../build/Release"] on linux-x64',
    plain,
    'vault-no-service',
    /apt install libsecret-1-0/
  ],
  ['no D-Bus', 'Cannot autolaunch D-Bus without X11 $DISPLAY', plain, 'vault-no-service', /dbus-run-session -- bash/],
  [
    'no machine id',
    'Cannot spawn a message bus without a machine-id: Unable to load /var/lib/dbus/machine-id',
    plain,
    'vault-no-service',
    /dbus-run-session -- bash/
  ],
  [
    'a bus that is gone',
    'Could not connect: No such file or directory',
    plain,
    'vault-no-service',
    /dbus-run-session -- bash/
  ],
  ['an empty address of the bus', 'The given address is empty', plain, 'vault-no-service', /dbus-run-session -- bash/],
  ['no Secret Service', absent, plain, 'vault-no-service', /apt install libsecret-1-0 gnome-keyring/],
  [
    'one that does not start',
    'Error calling StartServiceByName for org.freedesktop.secrets: Timeout was reached',
    plain,
    'vault-no-service',
    /gnome-keyring-daemon --unlock/
  ],
  [
    'one that crashed',
    'GDBus.Error:org.freedesktop.DBus.Error.NoReply: Message recipient disconnected from message bus without replying',
    plain,
    'vault-no-service',
    /gnome-keyring/
  ],
  ['KDE without a Secret Service', absent, kde, 'vault-no-service', /Use KWallet for the Secret Service interface/],
  [
    'no collection',
    'Object does not exist at path “/org/freedesktop/secrets/collection/login”',
    plain,
    'vault-no-collection',
    /default keyring/
  ],
  ['locked', 'Cannot create an item in a locked collection', plain, 'vault-locked', /gnome-keyring-daemon --unlock/],
  [
    'locked (KWallet)',
    'GDBus.Error:org.freedesktop.Secret.Error.IsLocked: The collection is locked',
    kde,
    'vault-locked',
    /then try again/
  ],
  ['prompt dismissed', 'The prompt was dismissed', plain, 'vault-denied', /answer the prompt/],
  ['snap', inSnap, plain, 'vault-denied', /sudo snap connect plugboard:password-manager-service/],
  [
    'flatpak, the name is hidden',
    'GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: org.freedesktop.DBus.Error.ServiceUnknown',
    flatpak,
    'vault-no-service',
    /flatpak override --user --talk-name=org\.freedesktop\.secrets dev\.plugboard\.desktop/
  ],
  [
    'flatpak, no portal',
    'GDBus.Error:org.freedesktop.DBus.Error.UnknownMethod: No such interface “org.freedesktop.portal.Secret” on object at path /org/freedesktop/portal/desktop',
    flatpak,
    'vault-no-service',
    /flatpak override/
  ],
  ['flatpak, the portal gives no key', 'Failed to unlock the keyring', flatpak, 'vault-no-service', /flatpak override/]
]

describe('each failure on Linux is a named fault with the command that mends it', () => {
  test.each(matrix)('%s: %s', (_, text, place, code, mends) => {
    const report = keychainFault(text, place).report()
    expect(report).toMatchObject({ code, excerpt: text, retry: 'after-fix' })
    expect(report.advice).toMatch(mends)
    // Whatever fails, there is a way on.
    expect(report.advice).toMatch(/passphrase file/)
  })

  test('no two of them read alike', () => {
    const told = matrix.map(([, text, place]) => keychainFault(text, place)).map(fault => fault.message)
    expect(new Set(told).size).toBeGreaterThanOrEqual(9)
  })
})

describe('what other systems say', () => {
  // macOS: the texts of SecCopyErrorMessageString.
  test.each([
    ['A default keychain could not be found.', 'vault-no-collection'],
    ['User interaction is not allowed.', 'vault-locked'],
    ['User canceled the operation.', 'vault-denied'],
    ['The user name or passphrase you entered is not correct.', 'vault-denied'],
    ['something nobody has seen', 'vault-no-service']
  ])('%s → %s', (text, code) => {
    expect(keychainFault(text).report()).toMatchObject({ code, excerpt: text })
  })
})
