/** Every byte, every case and every seed, as `pnpm test:full` runs them; otherwise a test runs the edges of its domain. */
export const isFull = process.env['FULL'] === '1'
