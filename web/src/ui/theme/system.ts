import { createSystem, defaultBaseConfig, defineConfig } from '@chakra-ui/react'
import {
  animationStyles,
  breakpoints,
  buttonRecipe,
  dialogSlotRecipe,
  drawerSlotRecipe,
  fieldSlotRecipe,
  inputRecipe,
  keyframes,
  layerStyles,
  menuSlotRecipe,
  nativeSelectSlotRecipe,
  textareaRecipe,
  textStyles,
} from '@chakra-ui/react/theme'
import { semanticTokens, tokens } from './tokens'

/** Only the recipes in use: what is not listed here costs nothing. It takes a slow phone a sixth of a second. */
export const createDeskSystem = () =>
  createSystem(
    defaultBaseConfig,
    defineConfig({
      preflight: false,
      cssVarsPrefix: 'hub',
      cssVarsRoot: ':where(html)',
      globalCss: { html: { colorPalette: 'gray' } },
      theme: {
        breakpoints,
        keyframes,
        layerStyles,
        textStyles,
        animationStyles,
        tokens,
        semanticTokens,
        recipes: { button: buttonRecipe, input: inputRecipe, textarea: textareaRecipe },
        slotRecipes: {
          dialog: dialogSlotRecipe,
          drawer: drawerSlotRecipe,
          field: fieldSlotRecipe,
          menu: menuSlotRecipe,
          nativeSelect: nativeSelectSlotRecipe,
        },
      },
    }),
  )
