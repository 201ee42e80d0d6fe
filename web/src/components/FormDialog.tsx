import { Button } from '@chakra-ui/react'
import { useBlocker } from '@tanstack/react-router'
import { useId, useState, type ReactNode } from 'react'
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form'
import { asProblem, type Problem } from '../api'
import Modal from '../ui/Modal'
import { Callout, RequestId } from '../ui/states'
import { confirm } from './confirm'

interface FormDialogProps<Input extends FieldValues, Output> {
  title: string
  /** The verb on the button: `Save changes`, `Add address`. */
  act: string
  form: UseFormReturn<Input, unknown, Output>
  /** What the button says meanwhile, where it does not save. */
  busy?: string
  /** Something goes by it: red. */
  destructive?: boolean
  onSubmit: (values: Output) => Promise<unknown>
  onClose: () => void
  /** What follows when it is saved, where that is not closing. */
  onSaved?: () => void
  /** Handles a refusal itself and answers true, or leaves it to the dialog. */
  onProblem?: (problem: Problem) => boolean
  size?: 'sm' | 'md' | 'lg'
  children: ReactNode
}

/**
 * A form in a dialog: errors stand beside their fields, those from the server too; a changed form asks before it is
 * lost, by closing, by going back and by leaving the page.
 */
export function FormDialog<Input extends FieldValues, Output>(
  props: FormDialogProps<Input, Output>,
) {
  const { form, onClose } = props
  const id = useId()
  const [problem, setProblem] = useState<Problem>()
  const [done] = useState(createLatch)
  const { isDirty, isSubmitting } = form.formState

  useBlocker({
    shouldBlockFn: async () => isDirty && !done.isSet() && !(await mayDiscard()),
    enableBeforeUnload: () => isDirty && !done.isSet(),
  })

  const close = async () => {
    if (isSubmitting || (isDirty && !(await mayDiscard()))) return
    done.set()
    onClose()
  }

  const submit = form.handleSubmit(async (values) => {
    setProblem(undefined)
    try {
      await props.onSubmit(values)
      done.set()
      const next = props.onSaved ?? onClose
      next()
    } catch (error) {
      const refusal = asProblem(error)
      if (props.onProblem?.(refusal)) return
      const field = refusal.field === undefined ? undefined : fieldOf(form, refusal.field)
      if (field === undefined) setProblem(refusal)
      else form.setError(field, { type: 'server', message: refusal.detail }, { shouldFocus: true })
    }
  })

  return (
    <Modal
      title={props.title}
      size={props.size ?? 'md'}
      onClose={() => void close()}
      footer={
        <>
          <Button size="sm" variant="outline" onClick={() => void close()}>
            Cancel
          </Button>
          <Button
            size="sm"
            type="submit"
            form={id}
            colorPalette={props.destructive ? 'red' : 'accent'}
            aria-disabled={isSubmitting}
          >
            {isSubmitting ? (props.busy ?? 'Saving…') : props.act}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!isSubmitting) void submit(event)
        }}
      >
        {problem ? (
          <Callout tone="error">
            {problem.detail}
            <RequestId id={problem.requestId} />
          </Callout>
        ) : null}
        {props.children}
      </form>
    </Modal>
  )
}

/** Once set, the form is saved or given up, and may be left without a question. */
function createLatch() {
  let set = false
  return {
    isSet: () => set,
    set: () => {
      set = true
    },
  }
}

function mayDiscard(): Promise<boolean> {
  return confirm({
    title: 'Discard your changes?',
    body: 'What you have typed here is not saved yet.',
    act: 'Discard',
    cancel: 'Keep editing',
    destructive: true,
  })
}

/** The field a refusal speaks of, where this form has it. */
function fieldOf<Input extends FieldValues, Output>(
  form: UseFormReturn<Input, unknown, Output>,
  field: string,
): Path<Input> | undefined {
  return Object.keys(form.getValues()).find((name): name is Path<Input> => name === field)
}
