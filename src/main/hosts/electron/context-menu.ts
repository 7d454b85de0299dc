import { Menu, type MenuItemConstructorOptions, type WebContents } from 'electron'

/** The menu that a right click brings: editing, where there is something to edit or copy. */
export function offerMenu(contents: WebContents): void {
  contents.on('context-menu', (_, { isEditable, selectionText, editFlags }) => {
    const copy: MenuItemConstructorOptions = { role: 'copy', enabled: editFlags.canCopy }
    const template: MenuItemConstructorOptions[] = isEditable
      ? [
          { role: 'undo', enabled: editFlags.canUndo },
          { role: 'redo', enabled: editFlags.canRedo },
          { type: 'separator' },
          { role: 'cut', enabled: editFlags.canCut },
          copy,
          { role: 'paste', enabled: editFlags.canPaste },
          { type: 'separator' },
          { role: 'selectAll', enabled: editFlags.canSelectAll }
        ]
      : [copy]
    if (isEditable || selectionText.trim() !== '') Menu.buildFromTemplate(template).popup()
  })
}
