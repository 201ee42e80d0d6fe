/** Where the browser finds each picture. */
const files = import.meta.glob<string>('../../../../docs/guides/pictures/*.webp', {
  query: '?url',
  import: 'default',
  eager: true,
})

export const pictureUrl = (file: string) => files[`../../../../docs/guides/pictures/${file}`]

/** What every picture measures: the window in which they are taken. */
export const pictureSize = { width: 1280, height: 800 }
