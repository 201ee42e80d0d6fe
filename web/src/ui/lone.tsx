import { chakra, useRecipe, useSlotRecipe, type HTMLChakraProps } from '@chakra-ui/react'
import { ChevronDown } from 'lucide-react'

// Controls that stand in no form field, and so need nothing of one: they look like `Input` and `NativeSelect`, and weigh little.

interface LoneInputProps extends Omit<HTMLChakraProps<'input'>, 'size'> {
  size: 'xs' | 'sm'
}

export function LoneInput({ size, ...props }: LoneInputProps) {
  const recipe = useRecipe({ key: 'input' })
  return <chakra.input className="chakra-input" css={recipe({ size })} {...props} />
}

export function LoneSelect(props: HTMLChakraProps<'select'>) {
  const styles = useSlotRecipe({ key: 'nativeSelect' })({ size: 'sm' })
  return (
    <chakra.div css={styles.root} width="auto" minWidth="36">
      <chakra.select className="chakra-native-select__field" css={styles.field} {...props} />
      <chakra.div css={styles.indicator}>
        <ChevronDown aria-hidden="true" />
      </chakra.div>
    </chakra.div>
  )
}
