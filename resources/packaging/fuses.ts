import { join } from 'node:path'
import { flipFuses, FuseV1Options, FuseVersion, type FuseV1Config } from '@electron/fuses'
import type { Configuration } from 'electron-builder'

/** electron-builder's names of the fuses that it knows. */
const names = {
  runAsNode: FuseV1Options.RunAsNode,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
  loadBrowserProcessSpecificV8Snapshot: FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
  grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges
} as const

/** Those that it does not know yet. Traps instead of checks at every access of WebAssembly: Electron's default. */
const others = { [FuseV1Options.WasmTrapHandlers]: true } as const

/** `electronFuses` as electron-builder hands it over. */
type Chosen = NonNullable<Configuration['electronFuses']>

/** What is used of electron-builder's context. */
export type Packed = {
  appOutDir: string
  electronPlatformName: string
  packager: {
    appInfo: { productFilename: string }
    config: Pick<Configuration, 'electronFuses'>
    executableName?: string
  }
}

/** All fuses, from `electronFuses` of electron-builder.yml. One that nobody decided about is an error. */
function allFuses(chosen: Chosen): FuseV1Config {
  const known = Object.entries(names).map(([name, fuse]) => {
    const value = chosen[name as keyof typeof names]
    if (value === undefined) throw new Error(`electron-builder.yml does not say ${name}`)
    return [fuse, value] as const
  })
  return {
    version: FuseVersion.V1,
    // A fuse that a newer Electron has fails here instead of keeping its default unseen.
    strictlyRequireAllFuses: true,
    ...(Object.fromEntries(known) as Record<(typeof names)[keyof typeof names], boolean>),
    ...others
  }
}

/** Runs in electron-builder, after the files are in place and before anything is signed. */
export default async function afterPack({ appOutDir, electronPlatformName, packager }: Packed): Promise<void> {
  const { productFilename } = packager.appInfo
  const programs: Record<string, string> = {
    darwin: `${productFilename}.app`,
    win32: `${productFilename}.exe`,
    linux: packager.executableName ?? productFilename
  }
  const program = programs[electronPlatformName]
  if (program === undefined) throw new Error(`no fuses are known for ${electronPlatformName}`)
  await flipFuses(join(appOutDir, program), allFuses(packager.config.electronFuses ?? {}))
}
