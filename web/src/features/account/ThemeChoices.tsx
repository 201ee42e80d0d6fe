import { chooseTheme, type ThemeChoice } from '../../ui/theme/colour-mode'
import { useThemeChoice } from '../../ui/theme/theme-choice'

const choices: Record<ThemeChoice, string> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
}

export function ThemeChoices() {
  const chosen = useThemeChoice()
  return (
    <fieldset className="row">
      <legend className="visually-hidden">Theme</legend>
      {(Object.keys(choices) as ThemeChoice[]).map((choice) => (
        <label key={choice} className="check">
          <input
            type="radio"
            name="theme"
            checked={chosen === choice}
            onChange={() => chooseTheme(choice)}
          />
          <span>{choices[choice]}</span>
        </label>
      ))}
    </fieldset>
  )
}
