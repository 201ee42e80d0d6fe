import { Dialog, Portal } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bookmark, CircleHelp, Settings } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { listSavedViewsOptions } from '../../api'
import { offeredCommands } from '../../components/commands'
import { guides } from '../../components/guide-topics'
import { useMe } from '../../components/me'
import { toSearch } from '../../features/customers/list/saved/shows'
import { places } from '../Nav'
import { narrowed, step, type Entry, type Group } from './entries'
import { useFound } from './found'

/** One field for going anywhere, finding anybody, and doing what the page offers. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<string>()
  const listId = useId()
  const found = useFound(typed)
  const own = narrowed(useOwnGroups(), typed)
  const groups = [...found.groups, ...own]
  const entries = groups.flatMap((group) => group.entries)
  // What was chosen may be gone with the next letter: then the first takes its place.
  const active =
    entries.find(({ id, blocked }) => id === chosen && blocked === undefined) ??
    entries[step(entries, -1, 1)]

  const run = (entry: Entry | undefined) => {
    if (!entry || entry.blocked !== undefined) return
    onClose()
    // What it opens takes the focus after the palette has given it back.
    queueMicrotask(entry.run)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const from = active ? entries.indexOf(active) : -1
      const next = entries[step(entries, from, event.key === 'ArrowDown' ? 1 : -1)]
      setChosen(next?.id)
      if (next)
        document.getElementById(optionId(listId, next))?.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      run(active)
    }
  }

  return (
    <Dialog.Root
      open
      size="md"
      placement="top"
      onOpenChange={({ open }) => {
        if (!open) onClose()
      }}
    >
      <Portal>
        <Dialog.Backdrop w="100%" />
        <Dialog.Positioner w="100%">
          <Dialog.Content className="palette" aria-label="Go to or do anything">
            <input
              className="palette-field"
              role="combobox"
              aria-label="Type a name, a number, a place or an act"
              aria-expanded="true"
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={active ? optionId(listId, active) : undefined}
              placeholder="Name, phone, booking, ticket, page or act"
              autoComplete="off"
              spellCheck={false}
              maxLength={200}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value)
                setChosen(undefined)
              }}
              onKeyDown={onKeyDown}
            />
            <div id={listId} role="listbox" aria-label="What fits" className="palette-list">
              {groups.map((group) => (
                <GroupOfEntries
                  key={group.title}
                  group={group}
                  listId={listId}
                  active={active}
                  onPoint={setChosen}
                  onRun={run}
                  onKeyDown={onKeyDown}
                />
              ))}
            </div>
            <p role="status" className="palette-status">
              {found.pending ? 'Searching…' : entries.length === 0 ? 'Nothing fits this.' : ''}
            </p>
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  )
}

interface GroupOfEntriesProps {
  group: Group
  listId: string
  active: Entry | undefined
  onPoint: (id: string) => void
  onRun: (entry: Entry) => void
  /** The keys of the field, for whom a reader has put on an entry. */
  onKeyDown: (event: KeyboardEvent) => void
}

function GroupOfEntries({ group, listId, active, onPoint, onRun, onKeyDown }: GroupOfEntriesProps) {
  const titleId = useId()
  return (
    <div role="group" aria-labelledby={titleId}>
      <div id={titleId} className="palette-title" role="presentation">
        {group.title}
      </div>
      {group.entries.map((entry) => {
        const { id, label, detail, icon: Icon, blocked } = entry
        return (
          <div
            key={id}
            id={optionId(listId, entry)}
            role="option"
            tabIndex={-1}
            aria-selected={entry === active}
            aria-disabled={blocked !== undefined}
            className="palette-entry"
            onPointerMove={() => {
              if (blocked === undefined) onPoint(id)
            }}
            onClick={() => onRun(entry)}
            onKeyDown={onKeyDown}
          >
            <Icon size={16} aria-hidden="true" />
            <span className="palette-text">
              <span className="truncate" dir="auto">
                {label}
              </span>
              {detail === undefined && blocked === undefined ? null : (
                <span className="subtle small">{blocked ?? detail}</span>
              )}
            </span>
          </div>
        )
      })}
    </div>
  )
}

function optionId(listId: string, entry: Entry): string {
  return `${listId}-${entry.id}`
}

/** What needs no search: the acts of this page, the pages, one's views. */
function useOwnGroups(): Group[] {
  const me = useMe()
  const navigate = useNavigate()
  const [offered] = useState(offeredCommands)
  const views = useQuery(listSavedViewsOptions()).data?.views ?? []
  return [
    ...offered.map(({ title, acts }) => ({
      title,
      entries: acts.map(({ id, label, icon, blocked, onSelect }) => ({
        id: `${title}-${id}`,
        label,
        icon,
        blocked,
        run: onSelect,
      })),
    })),
    {
      title: 'Go to',
      entries: [
        ...places
          .filter(({ permission }) => me.permissions.includes(permission))
          .map(({ to, label, icon }) => ({
            id: to,
            label,
            icon,
            run: () => void navigate({ to }),
          })),
        {
          id: 'account',
          label: 'Account and sessions',
          icon: Settings,
          run: () => void navigate({ to: '/account' }),
        },
        ...guides.map(({ name, title }) => ({
          id: `help-${name}`,
          label: `Help: ${title}`,
          icon: CircleHelp,
          run: () => void navigate({ to: '/help/{-$guide}', params: { guide: name } }),
        })),
      ],
    },
    {
      title: 'Saved views',
      entries: views.map((view) => ({
        id: view.id,
        label: view.name,
        icon: Bookmark,
        run: () => void navigate({ to: '/admin/customers', search: toSearch(view) }),
      })),
    },
  ].filter(({ entries }) => entries.length > 0)
}
