import type { ReactNode } from 'react'
import Modal from '../ui/Modal'
import { singleKeys, type SingleKey } from '../ui/shortcuts'

const keys = (...names: string[]) =>
  names.map((name) => (
    <kbd key={name} className="key">
      {name}
    </kbd>
  ))

type Shortcut = readonly [ReactNode, string]

const single = (key: SingleKey): Shortcut => [
  key === 'X' ? keys('Shift', 'x') : keys(key),
  singleKeys[key],
]

const groups: readonly (readonly [string, readonly Shortcut[]])[] = [
  [
    'Everywhere',
    [
      single('/'),
      [keys('Ctrl', 'K'), 'Go to or do anything'],
      single('?'),
      [keys('Esc'), 'Close a dialog, a panel or a menu, or leave the search'],
      [keys('Tab'), 'Next control; with Shift the one before'],
    ],
  ],
  [
    'In tables',
    [
      [keys('↓'), 'From the search of a list to its first row'],
      [keys('↑', '↓'), 'Row by row'],
      [keys('Home', 'End'), 'First and last row'],
      [keys('Enter'), 'Open the row'],
      single('x'),
      single('X'),
      [keys('Esc'), 'Select none'],
    ],
  ],
  ['On a customer', [single('['), single(']'), single('u')]],
  [
    'In menus',
    [
      [keys('↑', '↓'), 'Item by item'],
      [keys('Enter'), 'Choose it'],
    ],
  ],
]

/** Every shortcut that there is. */
export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal title="Keyboard shortcuts" size="sm" onClose={onClose}>
      <div className="stack">
        {groups.map(([title, shortcuts]) => (
          <section key={title} aria-label={title}>
            <h3 className="shortcut-title">{title}</h3>
            <dl className="facts shortcuts">
              {shortcuts.map(([pressed, meaning]) => (
                <div key={meaning} style={{ display: 'contents' }}>
                  <dt className="row tight">{pressed}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
