/**
 * What a program of ours gets of the environment: what the system, the language, the desktop and its message bus need.
 * A list of what is let through, since nobody can list the secrets that a shell or a CI job keeps in its environment.
 */
const lets = [
  /^(PATH|PATHEXT|HOME|USER|USERNAME|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TZ|LANG|LANGUAGE|LC_[A-Z]+)$/i,
  /^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|OS|USERPROFILE|USERDOMAIN|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA)$/i,
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|GNOME_KEYRING_CONTROL|XDG_[A-Z_]+|SNAP|SNAP_[A-Z_]+)$/,
  /^(LD_LIBRARY_PATH|NIX_LD|NIX_LD_LIBRARY_PATH|NODE_V8_COVERAGE)$/
]

const passphraseName = 'PLUGBOARD_PASSPHRASE'

/** The environment for a program of ours: no passphrase, and nothing of anyone else's that may be a secret. */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => lets.some(pattern => pattern.test(name)))
  return Object.fromEntries(kept)
}

/** A copy without the passphrase, for programs that are not ours but need the person's own settings. */
export function withoutPassphrase(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [passphraseName]: _passphrase, ...rest } = env
  return rest
}

/** Takes the passphrase out once it was read, so that no program inherits it that others start: a browser, a helper. */
export function forgetPassphrase(env: NodeJS.ProcessEnv): void {
  delete env[passphraseName]
}
