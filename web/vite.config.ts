import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { readGuide } from './src/shell/help/markdown.ts'

/** The server answers each request with its own nonce in place of this word. */
const CSP_NONCE = '__CSP_NONCE__'

/**
 * What every page stands on, in one file: it compresses better than in twenty, and stays in the browser's cache when only
 * our own code changes.
 */
const FRAME =
  /node_modules\/(react|react-dom|scheduler|@emotion|stylis|@tanstack\/(history|react-router|router-core|store))\//

/**
 * What most pages share beside the frame, in one file; a phone waits for a file longer than for its bytes. Not what dialogs, menus and
 * forms are made of, which comes when somebody opens one.
 */
const DESK =
  /@tanstack|src\/(ui|components|api)\/(?!.*(dialog|modal|sheet|popup|form|field|proof|generated))/i

/** The guides of docs/guides come into the app as what they say, read when it is built. */
const guides: Plugin = {
  name: 'guides',
  enforce: 'pre',
  transform: {
    filter: { id: /\/docs\/guides\/[^/]+\.md$/ },
    handler: (text) => ({ code: `export default ${JSON.stringify(readGuide(text))}`, map: null }),
  },
}

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: 'src/routes',
      generatedRouteTree: 'src/routes.gen.ts',
      quoteStyle: 'single',
    }),
    react(),
    guides,
  ],
  html: { cspNonce: CSP_NONCE },
  build: {
    manifest: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'frame', test: FRAME },
            { name: 'start', tags: ['$initial'] },
            { name: 'icons', test: /lucide-react/, minShareCount: 2 },
            { name: 'desk', test: DESK, minShareCount: 8 },
          ],
        },
      },
    },
  },
  server: {
    // The guides are beside this folder.
    fs: { allow: ['..'] },
    proxy: {
      '/api': { target: 'http://localhost:8080', ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
  },
})
