/** Whether tests cover every byte (`pnpm test:full`), instead of the edges only. */
export const isFull = process.env['FULL'] === '1'
