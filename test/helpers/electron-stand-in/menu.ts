import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import type { MenuItemConstructorOptions } from 'electron'
import { app } from './app.ts'
import { journal } from './journal.ts'

/** A menu as it was described. What a person can see of it goes to the test; what a click does stays here. */
export class Menu {
  static application: Menu | null = null
  readonly template: MenuItemConstructorOptions[]

  constructor(template: MenuItemConstructorOptions[]) {
    this.template = template
  }

  static buildFromTemplate(template: MenuItemConstructorOptions[]): Menu {
    return new Menu(template)
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.application = menu
    journal.menu = menu?.seen() ?? null
  }
  popup(): void {
    journal.popups.push(this.seen())
  }

  /** Without the functions, as a copy. */
  seen(): unknown {
    return JSON.parse(JSON.stringify(this.template))
  }

  /** A person chooses the item. One that is not there or not enabled cannot be chosen. */
  choose(id: string): void {
    const item = itemsOf(this.template).find(known => known.id === id || known.label === id)
    if (!item || item.enabled === false) throw new Error(`there is no item ${id} to choose`)
    if (!item.click) throw new Error(`the item ${id} does nothing`)
    ;(item.click as () => void)()
  }
}

function itemsOf(template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap(item => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])])
}

export class Tray extends EventEmitter {
  static last: Tray | undefined
  menu: Menu | undefined
  readonly #record: { image: string; tip: string; menu: unknown }

  constructor(image: string) {
    super()
    if (!app.isReady) throw new Error('a tray needs ready')
    this.#record = { image, tip: '', menu: null }
    this.setImage(image)
    journal.tray = this.#record
    Tray.last = this
  }
  setImage(image: string): void {
    if (!existsSync(image)) throw new Error(`no image ${image}`)
    this.#record.image = image
  }
  setToolTip(text: string): void {
    this.#record.tip = text
  }
  setContextMenu(menu: Menu): void {
    this.menu = menu
    this.#record.menu = menu.seen()
  }
  destroy(): void {
    journal.tray = null
  }
}
