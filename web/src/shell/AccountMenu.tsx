import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { announceSessionEnd, signOutMutation } from '../api'
import { useMe } from '../components/me'
import { roleInWords } from '../components/permissions'
import { toastProblem } from '../components/toast'
import { Avatar } from '../ui/Avatar'
import { MenuButton, useSharedMenu } from '../ui/menu'
import { chooseTheme, type ThemeChoice } from '../ui/theme/colour-mode'
import { useThemeChoice } from '../ui/theme/theme-choice'

const themes = {
  system: { label: 'As the system', icon: Monitor },
  light: { label: 'Light', icon: Sun },
  dark: { label: 'Dark', icon: Moon },
}

export function ThemeSwitch() {
  const chosen = useThemeChoice()
  const shared = useSharedMenu()
  const Icon = themes[chosen].icon
  return (
    <>
      <MenuButton
        label={`Theme: ${themes[chosen].label}`}
        shared={shared}
        acts={() =>
          (Object.keys(themes) as ThemeChoice[]).map((id) => ({
            id,
            ...themes[id],
            onSelect: () => chooseTheme(id),
          }))
        }
      >
        <Icon size={18} aria-hidden="true" />
      </MenuButton>
      {shared.menu}
    </>
  )
}

export function AccountMenu() {
  const me = useMe()
  const navigate = useNavigate()
  const shared = useSharedMenu()
  const signOut = useMutation({
    ...signOutMutation(),
    onSuccess: () => announceSessionEnd('signed-out'),
    onError: toastProblem,
  })
  return (
    <>
      <MenuButton
        label={`Account of ${me.name}, ${roleInWords(me.role)}`}
        shared={shared}
        acts={() => [
          {
            id: 'account',
            label: 'Account and sessions',
            icon: Settings,
            onSelect: () => void navigate({ to: '/account' }),
          },
          { id: 'sign-out', label: 'Sign out', icon: LogOut, onSelect: () => signOut.mutate({}) },
        ]}
      >
        <Avatar name={me.name} />
      </MenuButton>
      {shared.menu}
    </>
  )
}
