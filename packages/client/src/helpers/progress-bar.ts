/**
 * `[█████░░░░░░░░░░░░░░░] 25.0%`: no carriage return, no newline.
 * @param width Cells between the brackets. @defaultValue 50
 */
export function progressBar(current: number, total: number, width = 50): string {
  const fraction = total > 0 ? Math.min(1, Math.max(0, current / total)) || 0 : 0
  const cells = Math.max(0, Math.floor(width) || 0)
  const filled = Math.round(cells * fraction)
  return `[${'█'.repeat(filled)}${'░'.repeat(cells - filled)}] ${(fraction * 100).toFixed(1)}%`
}
