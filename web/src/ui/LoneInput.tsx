import { chakra, useRecipe, type HTMLChakraProps } from '@chakra-ui/react'

interface LoneInputProps extends Omit<HTMLChakraProps<'input'>, 'size'> {
  size: 'xs' | 'sm'
}

/** An input that stands in no form field, and so needs nothing of one: it looks like `Input` and weighs little. */
export function LoneInput({ size, ...props }: LoneInputProps) {
  const recipe = useRecipe({ key: 'input' })
  return <chakra.input css={recipe({ size })} {...props} />
}
