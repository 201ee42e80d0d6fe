import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  ifMatch,
  listStaffQueryKey,
  offerPasswordReset,
  resetFactors,
  updateStaffMember,
  type Link,
  type StaffMember,
} from '../../api'
import { confirm } from '../../components/confirm'
import { toastDone, toastProblem } from '../../components/toast'

export interface ShownLink {
  title: string
  /** Who it is for. */
  name: string
  link: Link
}

/** What a superadmin does to the accounts of others. */
export function useStaffActs() {
  const queryClient = useQueryClient()
  const [link, setLink] = useState<ShownLink>()

  const setDisabled = async (member: StaffMember, disabled: boolean) => {
    try {
      const { id, name, role, version } = member
      await updateStaffMember({
        path: { id },
        headers: { 'if-match': ifMatch(version) },
        body: { name, role, disabled },
        throwOnError: true,
      })
      toastDone(disabled ? `${name} can no longer sign in` : `${name} can sign in again`)
    } catch (error) {
      toastProblem(error)
    }
    await queryClient.invalidateQueries({ queryKey: listStaffQueryKey() })
  }

  const askToDisable = async (member: StaffMember) => {
    const agreed = await confirm({
      title: `Disable ${member.name}?`,
      body: `${member.name} is signed out everywhere at once and can no longer sign in. What they did stays in the audit trail. You can enable them again.`,
      act: 'Disable',
      destructive: true,
    })
    if (agreed) await setDisabled(member, true)
  }

  const askToReset = async (member: StaffMember) => {
    const agreed = await confirm({
      title: `Reset the second factor of ${member.name}?`,
      body: `Be sure that it is ${member.name} who asks. Their authenticator app and recovery codes stop working, they are signed out everywhere, and their password alone lets them in until they add a new one.`,
      act: 'Reset',
      destructive: true,
    })
    if (!agreed) return
    try {
      await resetFactors({ path: { id: member.id }, throwOnError: true })
      toastDone(`The second factor of ${member.name} is reset`)
    } catch (error) {
      toastProblem(error)
    }
    await queryClient.invalidateQueries({ queryKey: listStaffQueryKey() })
  }

  const makeResetLink = async (member: StaffMember) => {
    try {
      const { data } = await offerPasswordReset({ path: { id: member.id }, throwOnError: true })
      setLink({
        title: member.invited ? 'Invitation link' : 'Link to reset the password',
        name: member.name,
        link: data,
      })
    } catch (error) {
      toastProblem(error)
    }
  }

  return {
    askToDisable,
    askToReset,
    enable: (member: StaffMember) => setDisabled(member, false),
    makeResetLink,
    link,
    forgetLink: () => setLink(undefined),
  }
}
