import { useMe } from './me'

export interface ActState {
  allowed: boolean
  reason?: string | null | undefined
}

const rolesInWords: Record<string, string> = {
  superadmin: 'Superadmin',
  ops: 'Operations',
  support: 'Support',
  finance: 'Finance',
  reviewer: 'Reviewer',
  read_only: 'Read only',
}

export function roleInWords(role: string): string {
  return rolesInWords[role] ?? role
}

/**
 * Why the person may not do this, in words, or undefined where they may. What the server says about the act itself
 * comes first; without that the permission decides.
 */
export function useBlocked(): (
  permission: string,
  doing: string,
  act?: ActState,
) => string | undefined {
  const me = useMe()
  return (permission, doing, act) => {
    if (!me.permissions.includes(permission)) {
      return `Your role (${roleInWords(me.role)}) does not include ${doing}. A superadmin can change that.`
    }
    if (act && !act.allowed) return act.reason ?? 'This is not possible at the moment.'
    return undefined
  }
}
