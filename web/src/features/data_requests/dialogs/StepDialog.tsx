import { Input, Textarea } from '@chakra-ui/react'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import type { DataRequestCase } from '../../../api'
import { FormDialog } from '../../../components/FormDialog'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { formatShortDate, londonDay } from '../../../ui/format'
import { useNow } from '../../../ui/now'
import { Callout } from '../../../ui/states'
import { actWords, type ActName } from '../acts'
import { CustomerPicker } from '../../../components/CustomerPicker'
import { takeStep } from '../step'
import { linkWays, methods, numberOf, waysByHand } from '../words'
import { Choice } from './NewRequestDialog'
import { actOf, doneInWords, resolverOf, type StepValues } from './step-values'

interface StepDialogProps {
  request: DataRequestCase
  action: Exclude<ActName, 'close'>
  onClose: () => void
  onTaken: (now: DataRequestCase) => void
}

/** What has to be said with a step. The fields bear the server's names, so that its refusals find them. */
export default function StepDialog(props: StepDialogProps) {
  const { request, action, onClose } = props
  const queryClient = useQueryClient()
  const today = londonDay(useNow())
  const form = useForm<StepValues>({
    resolver: resolverOf(action),
    defaultValues: {
      on: today,
      handlerId: request.handlerId,
      customerId: '',
      method: 'known_contact',
      note: '',
      question: '',
      answer: '',
      reason: '',
      proposal: request.proposal ?? 'fulfil',
      done: request.done ?? '',
      withheld: request.withheld ?? '',
      ground: request.ground ?? '',
      word: '',
      via: 'email',
      to: 'mail',
      rightsTold: false,
    },
  })
  const { errors } = form.formState
  const [customerId, proposal] = useWatch({
    control: form.control,
    name: ['customerId', 'proposal'],
  })

  const submit = async (values: StepValues) => {
    props.onTaken(await takeStep(queryClient, request, actOf(action, values)))
    toastDone(`${numberOf(request)}: ${doneInWords[action]}`)
  }

  const words = (name: keyof StepValues, label: string, help?: string, rows = 4): ReactNode => (
    <FormField label={label} error={errors[name]?.message} help={help}>
      <Textarea rows={rows} dir="auto" {...form.register(name)} />
    </FormField>
  )
  const on = (label: string, help?: string): ReactNode => (
    <FormField label={label} error={errors.on?.message} help={help}>
      <Input type="date" min={request.receivedOn} max={today} {...form.register('on')} />
    </FormField>
  )

  const fields: Record<StepDialogProps['action'], () => ReactNode> = {
    assign: () => (
      <FormField label="Handled by" error={errors.handlerId?.message}>
        <Choice
          words={Object.fromEntries(request.handlers.map(({ id, name }) => [id, name]))}
          {...form.register('handlerId')}
        />
      </FormField>
    ),
    identify: () => (
      <CustomerPicker
        value={customerId}
        onChange={(id) => form.setValue('customerId', id, { shouldDirty: true })}
        error={errors.customerId?.message}
        help="Choose only who it certainly is: the answer holds their data."
      />
    ),
    acknowledge: () =>
      on('Acknowledged on', 'When the person was told that their complaint has come.'),
    ask_identity: () => (
      <>
        <p>
          Ask only where there are reasonable doubts, and for no more than it takes (UK GDPR Art.
          12(6)). The month begins when the proof comes.
        </p>
        {on('Asked on')}
      </>
    ),
    confirm_identity: () => (
      <>
        <FormField label="How it was checked" error={errors.method?.message}>
          <Choice words={methods} {...form.register('method')} />
        </FormField>
        {on(
          'Confirmed on',
          request.identityAskedOn
            ? 'The month begins on this day.'
            : 'The month began with receipt.',
        )}
        {words(
          'note',
          'Note',
          'What a reviewer should know. No copies or numbers of documents.',
          2,
        )}
      </>
    ),
    ask_clarification: () => (
      <>
        {request.kind === 'access' ? (
          <p>The clock stops until the answer comes (UK GDPR Art. 12A(5)).</p>
        ) : (
          <Callout tone="info">Only for access does a question stop the clock.</Callout>
        )}
        {words('question', 'What was asked back')}
        {on('Asked on')}
      </>
    ),
    receive_clarification: () => (
      <>
        {words('answer', 'Their answer')}
        {on('Received on')}
      </>
    ),
    extend: () => (
      <>
        <p>
          Two further months, once, for complex or numerous requests. The person is told with the
          reasons
          {request.extendBy ? ` by ${formatShortDate(request.extendBy)}` : ''} (UK GDPR Art.
          12A(3)).
        </p>
        {words('reason', 'The reasons, as they were told')}
        {on('Told on')}
      </>
    ),
    prepare: () => (
      <>
        <fieldset className="stack tight">
          <legend className="form-legend">The answer</legend>
          <label className="check">
            <input type="radio" value="fulfil" {...form.register('proposal')} />
            <span>We do what was asked, wholly or in part</span>
          </label>
          <label className="check">
            <input type="radio" value="refuse" {...form.register('proposal')} />
            <span>We refuse</span>
          </label>
        </fieldset>
        {proposal === 'refuse' ? (
          <FormField label="Ground" error={errors.ground?.message}>
            <Choice
              none="Choose a ground"
              words={Object.fromEntries(
                request.grounds.map(({ ground, title, source }) => [
                  ground,
                  `${title} (${source})`,
                ]),
              )}
              {...form.register('ground')}
            />
          </FormField>
        ) : (
          words('done', 'What was done')
        )}
        {words(
          'withheld',
          proposal === 'refuse' ? 'How it applies here' : 'What is withheld, and why',
          'Part of the certificate.',
          3,
        )}
        <p className="muted">Somebody else approves it before it goes out.</p>
      </>
    ),
    send_back: () => words('word', 'What is missing'),
    approve: () => (
      <>
        <p>
          Look for data of other people, for what is missing, and for whether it goes to the right
          person.
        </p>
        {words('word', 'Your word', 'Kept with the case.', 3)}
      </>
    ),
    deliver: () => (
      <>
        <p>
          A copy of everything about {request.customerName ?? 'the customer'} is made now. Its link
          works once, for some days, without signing in. A link that was sent before ends.
        </p>
        <FormField label="How the link reaches them" error={errors.to?.message}>
          <Choice words={linkWays} {...form.register('to')} />
        </FormField>
      </>
    ),
    answer: () => (
      <>
        <FormField label="How it was sent" error={errors.via?.message}>
          <Choice words={waysByHand} {...form.register('via')} />
        </FormField>
        {on('Sent on')}
        <label className="check">
          <input type="checkbox" {...form.register('rightsTold')} />
          <span>
            The answer says that one may complain to the Information Commissioner and go to court
          </span>
        </label>
        {errors.rightsTold?.message ? (
          <Callout tone="error">A refusal tells of these rights (UK GDPR Art. 12(4)).</Callout>
        ) : null}
      </>
    ),
    withdraw: () => (
      <>
        {words('note', 'How we know', 'Only the person who asks can withdraw it.', 3)}
        {on('Withdrawn on')}
      </>
    ),
  }

  return (
    <FormDialog
      title={`${actWords[action]}: ${numberOf(request)}`}
      act={actWords[action]}
      size={action === 'prepare' ? 'lg' : 'md'}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      {fields[action]()}
    </FormDialog>
  )
}
