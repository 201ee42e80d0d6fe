import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  BookmarkCheck,
  Ellipsis,
  Pencil,
  Pin,
  PinOff,
  Trash2,
  UserRound,
  Users,
} from 'lucide-react'
import { useState } from 'react'
import {
  createSavedView,
  deleteSavedView,
  ifMatch,
  listSavedViewsQueryKey,
  pinSavedView,
  shareSavedView,
  unpinSavedView,
  unshareSavedView,
  updateSavedView,
  type SavedView,
} from '../../../../api'
import { useMe } from '../../../../components/me'
import { useBlocked } from '../../../../components/permissions'
import { toastDone, toastProblem } from '../../../../components/toast'
import { MenuButton, useSharedMenu, type MenuAct } from '../../../../ui/menu'
import Modal from '../../../../ui/Modal'
import { chips } from '../chips'
import { type CustomerListSearch } from '../filter'
import { RenameViewDialog } from './SaveViewDialog'
import { isShown, shownNow, toSearch } from './shows'

interface ManageViewsProps {
  views: SavedView[]
  search: CustomerListSearch
  onClose: () => void
}

/** All views one sees: pinned, renamed, shared, removed here. */
export default function ManageViews({ views, search, onClose }: ManageViewsProps) {
  const queryClient = useQueryClient()
  const me = useMe()
  const blocked = useBlocked()
  const shared = useSharedMenu()
  const [renamed, setRenamed] = useState<SavedView>()
  const act = useMutation({
    mutationFn: (change: () => Promise<unknown>) => change(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: listSavedViewsQueryKey() }),
    onError: toastProblem,
  })

  if (renamed) return <RenameViewDialog view={renamed} onClose={() => setRenamed(undefined)} />

  const change = (done: string, call: () => Promise<unknown>) =>
    act.mutate(call, { onSuccess: () => toastDone(done) })

  const remove = (view: SavedView) => {
    const { name, filter, sortBy, sortOrder, pinned } = view
    const again = async () => {
      const { data } = await createSavedView({
        body: { name, filter, sortBy, sortOrder },
        throwOnError: true,
      })
      const path = { id: data.id }
      if (view.shared) await shareSavedView({ path, throwOnError: true })
      if (pinned) await pinSavedView({ path, throwOnError: true })
      await queryClient.invalidateQueries({ queryKey: listSavedViewsQueryKey() })
      toastDone(`View is back: ${name}`)
    }
    act.mutate(() => deleteSavedView({ path: { id: view.id }, throwOnError: true }), {
      onSuccess: () => {
        // The way back stands beside the list, where the dialog would cover it.
        onClose()
        toastDone(`View removed: ${name}`, view.mine ? () => act.mutate(again) : undefined)
      },
    })
  }

  const acts = (view: SavedView): MenuAct[] => {
    const path = { id: view.id }
    const notMine = view.mine ? undefined : `This view is ${view.owner}’s.`
    return [
      {
        id: 'rename',
        label: 'Rename',
        icon: Pencil,
        blocked: notMine,
        onSelect: () => setRenamed(view),
      },
      {
        id: 'update',
        label: 'Keep what is shown now instead',
        icon: BookmarkCheck,
        blocked: notMine ?? (isShown(view, search) ? 'The list shows just this view.' : undefined),
        onSelect: () =>
          change('View changed', () =>
            updateSavedView({
              path,
              headers: { 'if-match': ifMatch(view.version) },
              body: { name: view.name, ...shownNow(search) },
              throwOnError: true,
            }),
          ),
      },
      view.shared
        ? {
            id: 'unshare',
            label: 'Show it to nobody else',
            icon: UserRound,
            blocked: notMine ?? blocked('view.share'),
            onSelect: () =>
              change('View is yours alone', () => unshareSavedView({ path, throwOnError: true })),
          }
        : {
            id: 'share',
            label: 'Share with everybody',
            icon: Users,
            blocked: notMine ?? blocked('view.share'),
            onSelect: () =>
              change('View shared', () => shareSavedView({ path, throwOnError: true })),
          },
      {
        id: 'remove',
        label: 'Remove',
        icon: Trash2,
        destructive: true,
        blocked: me.role === 'superadmin' ? undefined : notMine,
        onSelect: () => remove(view),
      },
    ]
  }

  return (
    <Modal title="Saved views" onClose={onClose}>
      {views.length === 0 ? (
        <p className="muted">There are no views left. Save one from what the list shows.</p>
      ) : (
        <ul className="plain-list">
          {views.map((view) => (
            <li key={view.id} className="row between saved-view">
              <div className="saved-view-text">
                <Link
                  to="/admin/customers"
                  search={toSearch(view)}
                  className="text-link truncate"
                  dir="auto"
                  onClick={onClose}
                >
                  {view.name}
                </Link>
                <span className="subtle small">
                  {inWords(view)}
                  {view.mine
                    ? view.shared
                      ? ' · shared by you'
                      : ''
                    : ` · shared by ${view.owner}`}
                </span>
              </div>
              <div className="row tight">
                <button
                  type="button"
                  className="icon-button"
                  aria-label={view.pinned ? `Unpin ${view.name}` : `Pin ${view.name}`}
                  aria-pressed={view.pinned}
                  onClick={() => {
                    const path = { id: view.id }
                    act.mutate(() =>
                      view.pinned
                        ? unpinSavedView({ path, throwOnError: true })
                        : pinSavedView({ path, throwOnError: true }),
                    )
                  }}
                >
                  {view.pinned ? (
                    <PinOff size={16} aria-hidden="true" />
                  ) : (
                    <Pin size={16} aria-hidden="true" />
                  )}
                </button>
                <MenuButton
                  label={`Actions for ${view.name}`}
                  shared={shared}
                  acts={() => acts(view)}
                >
                  <Ellipsis size={18} aria-hidden="true" />
                </MenuButton>
              </div>
            </li>
          ))}
        </ul>
      )}
      {shared.menu}
    </Modal>
  )
}

function inWords(view: SavedView): string {
  return (
    chips(toSearch(view))
      .map(({ text }) => text)
      .join(', ') || 'All customers'
  )
}
