import type { JsonObject } from '../apps/app.ts'

const defaultLimit = 50
const greatestLimit = 200

/** One page of a list, in the service's form. A cursor is the id of the page's last item. */
export function page(
  items: readonly JsonObject[],
  { cursor, limit }: { cursor?: unknown; limit?: unknown },
): JsonObject {
  const size = pageSize(limit)
  const after = typeof cursor === 'string' && cursor !== '' ? items.findIndex((item) => cursorOf(item) === cursor) : -1
  const shown = items.slice(after + 1, after + 1 + size)
  const last = shown.at(-1)
  const hasNext = after + 1 + shown.length < items.length
  return {
    items: shown,
    next_cursor: hasNext && last ? cursorOf(last) : '',
    prev_cursor: '',
    has_next: hasNext,
    has_previous: after >= 0,
    items_per_page: size,
    total_items: items.length,
  }
}

/** An alias shares its app's id, so apps are distinguished by name. */
function cursorOf(item: JsonObject): string {
  return String(item['ref'] ?? item['id'])
}

/** One page of a conversation, read from its end: the newest page first, each page in order. */
export function pageBack<TItem extends { id: string }>(
  items: readonly TItem[],
  { cursor, limit }: { cursor?: unknown; limit?: unknown },
): { items: readonly TItem[]; next_cursor: string; has_next: boolean } {
  const size = pageSize(limit)
  const before = typeof cursor === 'string' && cursor !== '' ? items.findIndex(({ id }) => id === cursor) : -1
  const end = before < 0 ? items.length : before
  const shown = items.slice(Math.max(0, end - size), end)
  const hasNext = end > size
  return { items: shown, next_cursor: hasNext ? (shown[0]?.id ?? '') : '', has_next: hasNext }
}

function pageSize(limit: unknown): number {
  const wanted = Math.trunc(Number(limit ?? defaultLimit))
  return wanted >= 1 ? Math.min(wanted, greatestLimit) : defaultLimit
}
