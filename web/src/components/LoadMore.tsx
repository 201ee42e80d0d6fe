import { Button } from '@chakra-ui/react'
interface Pages {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => Promise<unknown>
}

/** The way to older entries of a list that is read piece by piece. */
export function LoadMore({ query, what }: { query: Pages; what: string }) {
  if (!query.hasNextPage) return null
  return (
    <div className="load-more">
      <Button
        size="sm"
        variant="outline"
        aria-busy={query.isFetchingNextPage}
        onClick={() => {
          if (!query.isFetchingNextPage) void query.fetchNextPage()
        }}
      >
        {query.isFetchingNextPage ? 'Loading…' : `Show more ${what}`}
      </Button>
    </div>
  )
}
