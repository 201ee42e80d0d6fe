import { Button } from '@chakra-ui/react'
import { useMutation } from '@tanstack/react-query'
import { Archive, Download, Flag, FlagOff, RotateCcw, X } from 'lucide-react'
import { lazy, Suspense, useEffect, useEffectEvent, useState } from 'react'
import {
  exportSelection,
  selectCustomers,
  type BulkAction,
  type SelectionInput,
} from '../../../../api'
import { saveFile } from '../../../../components/download'
import { useBlocked } from '../../../../components/permissions'
import { toastDone, toastProblem } from '../../../../components/toast'
import { watchRun } from '../../../../components/watched-runs'
import { ActButton } from '../../../../ui/ActButton'
import { formatCount, plural } from '../../../../ui/format'
import { useIsPhone } from '../../../../ui/media'

const loadDialog = () => import('./BulkDialog')
const BulkDialog = lazy(loadDialog)

interface BulkBarProps {
  count: number
  /** Everybody who matches is chosen, and not only who is ticked. */
  all: boolean
  /** How many match. */
  total: number
  choice: SelectionInput
  /** They are archived: they can only come back. */
  archived: boolean
  onAll: () => void
  onClear: () => void
}

/** What can be done to the customers that are ticked. */
export default function BulkBar(props: BulkBarProps) {
  const { count, all, total, choice } = props
  const blocked = useBlocked()
  const phone = useIsPhone()
  const [act, setAct] = useState<BulkAction>()

  const clear = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isBusy(event.target)) return
    props.onClear()
  })
  useEffect(() => {
    document.addEventListener('keydown', clear)
    return () => document.removeEventListener('keydown', clear)
  }, [])

  const download = useMutation({
    mutationFn: async () => {
      const { data: selection } = await selectCustomers({ body: choice, throwOnError: true })
      const path = { id: selection.id }
      const { data, response } = await exportSelection({
        path,
        parseAs: 'blob',
        throwOnError: true,
      })
      return saveFile(data, response, 'customers-selected.csv')
    },
    onSuccess: (rows) => toastDone(`Exported ${plural(rows, 'customer')}`),
    onError: toastProblem,
  })

  const acts = [
    { action: 'add_flag', label: 'Flag', icon: Flag, permission: 'flag.write', living: true },
    {
      action: 'remove_flag',
      label: 'Unflag',
      icon: FlagOff,
      permission: 'flag.write',
      living: true,
    },
    {
      action: 'archive',
      label: 'Archive',
      icon: Archive,
      permission: 'customer.archive',
      living: true,
    },
    {
      action: 'restore',
      label: 'Restore',
      icon: RotateCcw,
      permission: 'customer.archive',
      living: false,
    },
  ] as const

  return (
    <section className="bulk-bar" aria-label="Selected customers">
      <div className="row tight">
        <span role="status">
          <strong>{formatCount(count)}</strong> selected
          {all ? ': all that match' : ''}
        </span>
        {!all && total > count ? (
          <Button size="xs" variant="outline" onClick={props.onAll}>
            {phone ? `All ${formatCount(total)}` : `Select all ${formatCount(total)} that match`}
          </Button>
        ) : null}
        <Button size="xs" variant="ghost" aria-keyshortcuts="Escape" onClick={props.onClear}>
          <X aria-hidden="true" />
          Clear
        </Button>
      </div>
      <div className="row tight" role="group" aria-label="What to do with them">
        {acts
          .filter(({ living }) => living !== props.archived)
          .map(({ action, label, icon: Icon, permission }) => (
            <ActButton
              key={action}
              size="xs"
              variant="outline"
              blocked={blocked(permission)}
              onPointerEnter={() => void loadDialog()}
              onFocus={() => void loadDialog()}
              onClick={() => setAct(action)}
            >
              <Icon aria-hidden="true" />
              {label}
            </ActButton>
          ))}
        <ActButton
          size="xs"
          variant="outline"
          blocked={blocked('customer.export')}
          aria-busy={download.isPending}
          onClick={() => {
            if (!download.isPending) download.mutate()
          }}
        >
          <Download aria-hidden="true" />
          {download.isPending ? 'Exporting…' : phone ? 'Export' : 'Export selected'}
        </ActButton>
      </div>
      <Suspense fallback={null}>
        {act ? (
          <BulkDialog
            action={act}
            choice={choice}
            count={count}
            onClose={() => setAct(undefined)}
            onStarted={(run) => {
              watchRun(run)
              setAct(undefined)
              props.onClear()
            }}
          />
        ) : null}
      </Suspense>
    </section>
  )
}

/** Escape belongs to what is open, and to fields. */
function isBusy(target: EventTarget | null): boolean {
  const typing =
    target instanceof HTMLElement &&
    target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]')
  return typing || document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null
}
