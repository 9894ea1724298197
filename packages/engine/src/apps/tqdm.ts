const eighths = ' ▏▎▍▌▋▊▉█'

/** A progress bar as tqdm prints it, without the leading carriage return. `seconds` is the time since the start. */
export function tqdmBar(label: string, current: number, total: number, seconds: number, unit = 'it'): string {
  const fraction = total > 0 ? current / total : 0
  const percent = `${Math.floor(fraction * 100)}`.padStart(3)
  const cells = 10 * fraction
  const full = Math.floor(cells)
  const part = full < 10 ? eighths.charAt(Math.floor((cells - full) * 8)) : ''
  const bar = ('█'.repeat(full) + part).padEnd(10)
  const rate = seconds > 0 && current > 0 ? current / seconds : null
  const left = rate === null ? '?' : clockTime((total - current) / rate)
  const speed =
    rate === null ? `?${unit}/s` : rate >= 1 ? `${rate.toFixed(2)}${unit}/s` : `${(1 / rate).toFixed(2)}s/${unit}`
  const prefix = label === '' ? '' : `${label}: `
  return `${prefix}${percent}%|${bar}| ${current}/${total} [${clockTime(seconds)}<${left}, ${speed}]`
}

function clockTime(seconds: number): string {
  const whole = Math.round(seconds)
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}
