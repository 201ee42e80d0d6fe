import { Input } from '@chakra-ui/react'
import type { UseFormRegisterReturn } from 'react-hook-form'
import { FormField } from '../../../ui/Field'
import { formatMoney } from '../../../ui/format'

/** Above this many pence an amount is typed twice. */
export const TYPED_AGAIN_ABOVE = 250_00

interface AmountFieldsProps {
  amount: number | undefined
  register: (name: 'amount' | 'again') => UseFormRegisterReturn
  errors: { amount?: { message?: string | undefined }; again?: { message?: string | undefined } }
  help: string
}

/** Pounds and pence as text, and again where much is at stake. */
export function AmountFields({ amount, register, errors, help }: AmountFieldsProps) {
  return (
    <>
      <FormField label="Amount in pounds" error={errors.amount?.message} help={help}>
        <Input inputMode="decimal" autoComplete="off" placeholder="0.00" {...register('amount')} />
      </FormField>
      {amount !== undefined && amount > TYPED_AGAIN_ABOVE ? (
        <FormField
          label="The amount again"
          error={errors.again?.message}
          help={`Above ${formatMoney(TYPED_AGAIN_ABOVE)} it is typed twice.`}
        >
          <Input inputMode="decimal" autoComplete="off" {...register('again')} />
        </FormField>
      ) : null}
    </>
  )
}
