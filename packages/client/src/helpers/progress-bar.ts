/**
 * A text progress bar: `[█████░░░░░░░░░░░░░░░] 25.0%`, without carriage return or newline. The fraction is clamped to 0–1;
 * a total ≤ 0 counts as 0 %.
 * @param width Cells between the brackets. @defaultValue 50
 */
export function progressBar(current: number, total: number, width = 50): string {
  const fraction = total > 0 ? Math.min(1, Math.max(0, current / total)) || 0 : 0
  const cells = Math.max(0, Math.floor(width) || 0)
  const filled = Math.round(cells * fraction)
  return `[${'█'.repeat(filled)}${'░'.repeat(cells - filled)}] ${(fraction * 100).toFixed(1)}%`
}
