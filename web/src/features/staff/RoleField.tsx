import { NativeSelect } from '@chakra-ui/react'
import type { ComponentProps } from 'react'
import type { Role } from '../../api'
import { roleInWords } from '../../components/permissions'
import { FormField } from '../../ui/Field'

export const roles = [
  'superadmin',
  'ops',
  'support',
  'finance',
  'reviewer',
  'read_only',
] as const satisfies Role[]

interface RoleFieldProps {
  error: string | undefined
  register: ComponentProps<typeof NativeSelect.Field>
}

export function RoleField({ error, register }: RoleFieldProps) {
  return (
    <FormField label="Role" error={error} help="The tab Permissions says what each role may do.">
      <NativeSelect.Root>
        <NativeSelect.Field {...register}>
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleInWords(role)}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </FormField>
  )
}
