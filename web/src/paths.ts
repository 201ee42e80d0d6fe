/** Every address of the application that is written by hand somewhere. Links inside pages are typed by the router. */
export const paths = {
  home: '/admin/customers',
  signIn: '/sign-in',
  welcome: '/welcome',
  forgotten: '/forgotten-password',
  customers: '/admin/customers',
  audit: '/admin/audit',
  staff: '/admin/staff',
  account: '/account',
} as const

/** The way back after sign-in: an address of ours, never another site's. */
export function safeReturn(back: string | undefined): string {
  if (back === undefined || !back.startsWith('/') || /^\/[/\\]/.test(back)) return paths.home
  const entrances = [paths.signIn, paths.welcome, paths.forgotten]
  return entrances.some((path) => back.startsWith(path)) ? paths.home : back
}
