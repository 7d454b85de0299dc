import { Fault, type FaultCode } from '#shared/faults.ts'

const orElse = 'Or choose the passphrase file or this session only as the vault.'

const installAdvice =
  'On Debian or Ubuntu: sudo apt install libsecret-1-0 gnome-keyring (elsewhere libsecret and a Secret Service such as KWallet), ' +
  `then log in to the desktop again; without a desktop: dbus-run-session -- bash, then gnome-keyring-daemon --unlock. ${orElse}`

const unlockAdvice =
  'Answer the keychain prompt or unlock the login keyring (Linux without a desktop: gnome-keyring-daemon --unlock), then try again. ' +
  orElse

type Known = { text: RegExp; code: FaultCode; message: string; advice?: string }

/** What the systems say, most telling first. Linux texts were seen with libsecret 0.21 and gnome-keyring 46. */
const known: Known[] = [
  {
    // keytar hides why its library did not load; on Linux it is a missing libsecret-1.so.0.
    text: /failed to load keytar native addon/i,
    code: 'vault-no-service',
    message: 'The keychain library could not be loaded (on Linux it is libsecret)',
    advice: installAdvice
  },
  {
    // "Object does not exist at path “/org/freedesktop/secrets/collection/login”"; macOS: errSecNoDefaultKeychain.
    text: /does not exist at path .*\/secrets\/(collection|aliases)|no such (secret )?(collection|object)|default keychain could not be found/i,
    code: 'vault-no-collection',
    message: 'The keychain has no default collection'
  },
  {
    // "Cannot create an item in a locked collection"; macOS: errSecInteractionNotAllowed.
    text: /locked collection|is ?locked|user interaction is not allowed/i,
    code: 'vault-locked',
    message: 'The keychain is locked',
    advice: unlockAdvice
  },
  {
    // snap: "An AppArmor policy prevents this sender…"; macOS: errSecUserCanceled, errSecAuthFailed.
    text: /access ?denied|apparmor|not authori[sz]ed|user canceled|passphrase you entered is not correct/i,
    code: 'vault-denied',
    message: 'Access to the keychain was refused'
  },
  {
    // "Cannot autolaunch D-Bus without X11 $DISPLAY", "Could not connect: No such file or directory".
    text: /autolaunch d-?bus|could not connect|connection (is closed|refused)|disconnected|noreply/i,
    code: 'vault-no-service',
    message: 'There is no desktop session bus (D-Bus) through which a keychain could be reached',
    advice: installAdvice
  },
  {
    // "The name org.freedesktop.secrets was not provided by any .service files", also from KDE without a Secret Service.
    text: /not provided by any \.service|serviceunknown|org\.freedesktop\.secrets|spawn\./i,
    code: 'vault-no-service',
    message: 'No keychain (Secret Service) is installed or running',
    advice: installAdvice
  }
]

/** Names the failure behind the text of keytar, libsecret or D-Bus. These texts name objects, never values. */
export function keychainFault(text: string): Fault {
  const match = known.find(entry => entry.text.test(text))
  if (!match) {
    const message = 'The keychain failed in a way that Plugboard does not know'
    return new Fault('vault-no-service', { message, excerpt: text })
  }
  const { code, message, advice } = match
  return new Fault(code, { message, excerpt: text, ...(advice !== undefined && { advice }) })
}

export function keychainSilent(): Fault {
  const message = 'The keychain gave no answer; it may be waiting for its password in another window'
  return new Fault('vault-locked', { message, advice: unlockAdvice })
}

export function keychainAltered(name: string): Fault {
  return new Fault('vault-denied', {
    message: `The keychain did not keep the entry ${name} as it was written`,
    advice: `Try again. ${orElse}`
  })
}

export function keychainIncomplete(name: string): Fault {
  return new Fault('vault-damaged', {
    message: `The entry ${name} in the keychain is incomplete`,
    advice: 'Enter that secret again.'
  })
}
