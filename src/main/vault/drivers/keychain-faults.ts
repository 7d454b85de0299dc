import { Fault, type FaultCode } from '#shared/faults.ts'

const orElse = 'Or choose the passphrase file or this session only as the vault.'

const installAdvice =
  'On Debian or Ubuntu: sudo apt install libsecret-1-0 gnome-keyring (elsewhere libsecret and a Secret Service such as KWallet), ' +
  `then log in to the desktop again; without a desktop: dbus-run-session -- bash, then gnome-keyring-daemon --unlock. ${orElse}`

const kdeAdvice =
  'In KDE: System Settings › KDE Wallet › “Use KWallet for the Secret Service interface” (Frameworks 5.97 or newer), then log in ' +
  `again; or sudo apt install gnome-keyring. On Debian or Ubuntu also: sudo apt install libsecret-1-0. ${orElse}`

const snapAdvice = `Run: sudo snap connect plugboard:password-manager-service, then start Plugboard again. ${orElse}`

const unlockAdvice =
  'Answer the keychain prompt or unlock the login keyring (Linux without a desktop: gnome-keyring-daemon --unlock), then try again. ' +
  orElse

/** What of the environment decides which command mends it. */
export type KeychainPlace = { isKde: boolean; flatpak: string | undefined }

export function keychainPlace(env: NodeJS.ProcessEnv): KeychainPlace {
  const desktops = (env['XDG_CURRENT_DESKTOP'] ?? '').split(':')
  return { isKde: desktops.includes('KDE'), flatpak: env['FLATPAK_ID'] }
}

type Known = {
  text: RegExp
  code: FaultCode
  message: string
  advice?: string | ((place: KeychainPlace) => string | undefined)
}

/**
 * What the systems say, most telling first. Linux texts were seen with libsecret 0.21 and gnome-keyring 46; those of snap,
 * flatpak and KDE in reports to projects that use keytar or libsecret there.
 */
const known: Known[] = [
  {
    // keytar hides why its library did not load; on Linux it is a missing libsecret-1.so.0.
    text: /failed to load keytar native addon/i,
    code: 'vault-no-service',
    message: 'The keychain library could not be loaded (on Linux it is libsecret)',
    advice: installAdvice
  },
  {
    // snap without its plug: "An AppArmor policy prevents this sender from sending this message to this recipient; …".
    text: /apparmor/i,
    code: 'vault-denied',
    message: 'The system keeps Plugboard away from the keychain (the snap is not connected to it)',
    advice: snapAdvice
  },
  {
    // flatpak, where the portal or its backend does not hand out a key: "Failed to unlock the keyring".
    text: /portal\.secret|failed to unlock the keyring|failed to retrieve (the )?master (password|secret)/i,
    code: 'vault-no-service',
    message: 'The sandbox of flatpak has no key for a keyring of its own',
    advice: ({ flatpak }) => flatpakAdvice(flatpak)
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
    // KWallet and KeePassXC when their question is answered with no.
    text: /dismissed|prompt (was )?cancell?ed|cancell?ed by (the )?user|user cancell?ed/i,
    code: 'vault-denied',
    message: 'The prompt of the keychain was dismissed',
    advice: `Try again and answer the prompt. ${orElse}`
  },
  {
    // macOS: errSecAuthFailed.
    text: /access ?denied|not authori[sz]ed|passphrase you entered is not correct/i,
    code: 'vault-denied',
    message: 'Access to the keychain was refused'
  },
  {
    // "Cannot autolaunch D-Bus without X11 $DISPLAY", "Cannot spawn a message bus without a machine-id",
    // "Could not connect: No such file or directory", "The given address is empty".
    text: /autolaunch d-?bus|spawn a message bus|address is empty|could not connect|connection (is closed|refused)/i,
    code: 'vault-no-service',
    message: 'There is no desktop session bus (D-Bus) through which a keychain could be reached',
    advice: installAdvice
  },
  {
    // "Error calling StartServiceByName for org.freedesktop.secrets: Timeout was reached",
    // "Message recipient disconnected from message bus without replying".
    text: /startservicebyname|failed to activate service|exited with status|spawn\.|timeout was reached|disconnected|noreply/i,
    code: 'vault-no-service',
    message: 'The keychain (Secret Service) is installed but does not start or answer',
    advice: ({ isKde }) => (isKde ? kdeAdvice : installAdvice)
  },
  {
    // "The name org.freedesktop.secrets was not provided by any .service files", also from KDE without a Secret Service;
    // in a flatpak also where the name is there and may not be seen.
    text: /not provided by any \.service|serviceunknown|org\.freedesktop\.secrets/i,
    code: 'vault-no-service',
    message: 'No keychain (Secret Service) is installed or running',
    advice: ({ isKde, flatpak }) => (flatpak ? flatpakAdvice(flatpak) : isKde ? kdeAdvice : installAdvice)
  }
]

/** Names the failure behind the text of keytar, libsecret or D-Bus. These texts name objects, never values. */
export function keychainFault(text: string, place = keychainPlace(process.env)): Fault {
  const match = known.find(entry => entry.text.test(text))
  if (!match) {
    const message = 'The keychain failed in a way that Plugboard does not know'
    return new Fault('vault-no-service', { message, excerpt: text })
  }
  const { code, message } = match
  const advice = typeof match.advice === 'function' ? match.advice(place) : match.advice
  return new Fault(code, { message, excerpt: text, ...(advice !== undefined && { advice }) })
}

/** The name may be seen by nobody in the sandbox until this is run; or the desktop offers its portal. */
function flatpakAdvice(id = 'dev.plugboard.desktop'): string {
  return `Run: flatpak override --user --talk-name=org.freedesktop.secrets ${id}, then start Plugboard again. ${orElse}`
}

/** A write that was answered with "done" and left nothing behind: libsecret says so of a prompt that was dismissed. */
export function keychainDismissed(): Fault {
  const message = 'The keychain kept nothing; its prompt may have been dismissed'
  return new Fault('vault-denied', { message, advice: `Try again and answer the prompt. ${orElse}` })
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
