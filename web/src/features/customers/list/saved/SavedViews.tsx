import { useQuery } from '@tanstack/react-query'
import { Bookmark, BookmarkPlus, ListChecks, Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { listSavedViewsOptions } from '../../../../api'
import { MenuButton, useSharedMenu } from '../../../../ui/menu'
import { isEverybody, type CustomerListSearch } from '../filter'
import { isShown, toSearch } from './shows'
import { ViewTab } from './ViewTab'

const SaveViewDialog = lazy(() => import('./SaveViewDialog'))
const ManageViews = lazy(() => import('./ManageViews'))

interface SavedViewsProps {
  search: CustomerListSearch
  onSearch: (search: CustomerListSearch) => void
}

/** Everybody and the pinned views as tabs, and a menu of all. */
export default function SavedViews({ search, onSearch }: SavedViewsProps) {
  const shared = useSharedMenu()
  const [dialog, setDialog] = useState<'save' | 'manage'>()
  const { data, isPending } = useQuery(listSavedViewsOptions())
  // Without them the list is as useful as before: a failure here is no reason for an error on the page.
  const views = data?.views ?? []
  const pinned = views.filter((view) => view.pinned)

  return (
    <>
      <ViewTab name="Everybody" search={{}} shown={isEverybody(search)} />
      {pinned.map((view) => (
        <ViewTab
          key={view.id}
          name={view.name}
          title={view.mine ? view.name : `${view.name}, shared by ${view.owner}`}
          search={toSearch(view)}
          shown={isShown(view, search)}
        />
      ))}
      {isPending ? null : (
        <span className="view-menu">
          <MenuButton
            label="Saved views"
            shared={shared}
            acts={() => [
              ...views.map((view) => ({
                id: view.id,
                label: view.name,
                icon: view.mine ? Bookmark : Users,
                onSelect: () => onSearch(toSearch(view)),
              })),
              {
                id: 'save',
                label: 'Save what is shown',
                icon: BookmarkPlus,
                onSelect: () => setDialog('save'),
              },
              {
                id: 'manage',
                label: 'Manage views',
                icon: ListChecks,
                blocked: views.length === 0 ? 'There are no views yet. Save one first.' : undefined,
                onSelect: () => setDialog('manage'),
              },
            ]}
          >
            <Bookmark size={18} aria-hidden="true" />
          </MenuButton>
        </span>
      )}
      {shared.menu}
      <Suspense fallback={null}>
        {dialog === 'save' ? (
          <SaveViewDialog search={search} onClose={() => setDialog(undefined)} />
        ) : null}
        {dialog === 'manage' ? (
          <ManageViews views={views} search={search} onClose={() => setDialog(undefined)} />
        ) : null}
      </Suspense>
    </>
  )
}
