import { Button, type ButtonProps } from '@chakra-ui/react'
import { Hint } from './Hint'

interface ActButtonProps extends ButtonProps {
  /** Why this may not be done now. The button stays reachable and says it. */
  blocked?: string | undefined
}

/** A button that, when it may not be pressed, can still be focused and gives the reason in words. */
export function ActButton({ blocked, onClick, ...rest }: ActButtonProps) {
  if (blocked === undefined) return <Button type="button" onClick={onClick} {...rest} />
  return (
    <Hint text={blocked}>
      <Button
        {...rest}
        type="button"
        aria-disabled="true"
        onClick={(event) => event.preventDefault()}
      />
    </Hint>
  )
}
