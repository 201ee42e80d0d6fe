import { Input, type InputProps } from '@chakra-ui/react'
import type { Ref } from 'react'
import { FormField } from '../ui/Field'

interface CodeFieldProps extends InputProps {
  ref?: Ref<HTMLInputElement>
  error?: string | undefined
  help: string
}

/** Where a code of the second factor is typed. */
export function CodeField({ error, help, ...rest }: CodeFieldProps) {
  return (
    <FormField label="Code" error={error} help={help}>
      <Input
        autoComplete="one-time-code"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={40}
        required
        fontFamily="mono"
        {...rest}
      />
    </FormField>
  )
}
