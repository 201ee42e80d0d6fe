import { useSyncExternalStore } from 'react'
import { readThemeChoice, subscribeTheme, type ThemeChoice } from './colour-mode'

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribeTheme, readThemeChoice)
}
