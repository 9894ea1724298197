export { defaultEndpoints } from './endpoints.ts'
export type { ProxyOptions } from './options.ts'
export { createProxy } from './proxy.ts'
