import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import {
  createSavedView,
  ifMatch,
  listSavedViewsQueryKey,
  pinSavedView,
  updateSavedView,
  type SavedView,
} from '../../../../api'
import { requiredText } from '../../../../components/form-text'
import { FormDialog } from '../../../../components/FormDialog'
import { toastDone } from '../../../../components/toast'
import { FormField } from '../../../../ui/Field'
import { chips } from '../chips'
import { type CustomerListSearch } from '../filter'
import { shownNow } from './shows'

const schema = z.object({ name: requiredText('the name', 60), pinned: z.boolean() })

type Values = z.infer<typeof schema>

interface SaveViewDialogProps {
  search: CustomerListSearch
  onClose: () => void
}

/** Keeps what the list shows under a name. */
export default function SaveViewDialog({ search, onClose }: SaveViewDialogProps) {
  const queryClient = useQueryClient()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', pinned: true },
  })
  const kept = chips({ ...search, search: undefined }).map(({ text }) => text)

  const save = async ({ name, pinned }: Values) => {
    const { data: view } = await createSavedView({
      body: { name, ...shownNow(search) },
      throwOnError: true,
    })
    if (pinned) await pinSavedView({ path: { id: view.id }, throwOnError: true })
    await queryClient.invalidateQueries({ queryKey: listSavedViewsQueryKey() })
    toastDone(`View saved: ${view.name}`)
  }

  return (
    <FormDialog
      title="Save what is shown"
      act="Save view"
      form={form}
      onSubmit={save}
      onClose={onClose}
    >
      <p>
        {kept.length === 0 ? 'All customers' : kept.join(', ')}, in the order that is shown now.
        {search.search === undefined
          ? null
          : ' What was searched for is not kept: a search mostly names a person.'}
      </p>
      <FormField label="Name" error={form.formState.errors.name?.message}>
        <Input autoComplete="off" dir="auto" {...form.register('name')} />
      </FormField>
      <label className="check">
        <input type="checkbox" {...form.register('pinned')} />
        <span>Pin it above the list</span>
      </label>
    </FormDialog>
  )
}

interface RenameViewDialogProps {
  view: SavedView
  onClose: () => void
}

export function RenameViewDialog({ view, onClose }: RenameViewDialogProps) {
  const queryClient = useQueryClient()
  const form = useForm<Pick<Values, 'name'>, unknown, Pick<Values, 'name'>>({
    resolver: zodResolver(z.pick(schema, { name: true })),
    defaultValues: { name: view.name },
  })
  const save = async ({ name }: Pick<Values, 'name'>) => {
    const { filter, sortBy, sortOrder } = view
    await updateSavedView({
      path: { id: view.id },
      headers: { 'if-match': ifMatch(view.version) },
      body: { name, filter, sortBy, sortOrder },
      throwOnError: true,
    })
    await queryClient.invalidateQueries({ queryKey: listSavedViewsQueryKey() })
    toastDone('View renamed')
  }
  return (
    <FormDialog
      title="Rename view"
      act="Save changes"
      form={form}
      onSubmit={save}
      onClose={onClose}
    >
      <FormField label="Name" error={form.formState.errors.name?.message}>
        <Input autoComplete="off" dir="auto" {...form.register('name')} />
      </FormField>
    </FormDialog>
  )
}
