/**
 * The tag that `Intl` accepts: a locale often comes from a server's environment ('de_DE.UTF-8', 'C') or from a query.
 * Returns `fallback` for one that names no language.
 */
export function safeLocale(locale: string | undefined, fallback: string): string {
  if (typeof locale !== 'string') return fallback
  const tag = locale
    .trim()
    .replace(/[.@].*$/s, '')
    .replaceAll('_', '-')
  if (/^(?:c|posix)$/i.test(tag)) return fallback
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? fallback
  } catch {
    return fallback
  }
}
