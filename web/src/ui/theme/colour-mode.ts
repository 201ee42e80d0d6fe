export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'hub.theme'
const systemDark = () => window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** What the person chose; `system` when nothing was chosen. The script in index.html reads the same key before first paint. */
export function readThemeChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system'
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
  } catch {
    // Storage may be refused: the choice then holds for this page only.
  }
  wear(choice)
  listeners.forEach((listener) => listener())
}

function wear(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && systemDark().matches)
  document.documentElement.classList.toggle('dark', dark)
  document.documentElement.classList.toggle('light', !dark)
}

/** Follows the system and the other tabs for as long as the page lives. */
export function followTheme(): void {
  const again = () => {
    wear(readThemeChoice())
    listeners.forEach((listener) => listener())
  }
  systemDark().addEventListener('change', again)
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) again()
  })
}

export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
