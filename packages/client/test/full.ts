/** Whether tests cover every byte, case and seed (`pnpm test:full`), instead of the edges only. */
export const isFull = process.env['FULL'] === '1'
