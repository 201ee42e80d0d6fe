import { Field } from '@chakra-ui/react'
import type { ReactNode } from 'react'

interface FormFieldProps {
  label: string
  error?: string | undefined
  help?: ReactNode
  optional?: boolean
  /** Spans both columns of a two-column form. */
  whole?: boolean
  children: ReactNode
}

/** A labelled input with its help and its error; both are tied to the input for screen readers. */
export function FormField({ label, error, help, optional, whole, children }: FormFieldProps) {
  return (
    <Field.Root invalid={error !== undefined} {...(whole ? { className: 'whole' } : {})}>
      <Field.Label>
        {label}
        {optional ? <span className="subtle small">(optional)</span> : null}
      </Field.Label>
      {children}
      {help ? <Field.HelperText>{help}</Field.HelperText> : null}
      <Field.ErrorText role="alert">{error && inFull(label, error)}</Field.ErrorText>
    </Field.Root>
  )
}

/** The server speaks of a field without naming it ("must be from 1 to 200"): the label completes the sentence. */
function inFull(label: string, error: string): string {
  return /^[a-z]/.test(error) ? `${label} ${error}` : error
}
