import type { Engine, EngineOptions } from './engine.ts'
import { startEngine } from './engine.ts'

export type { Engine, EngineOptions } from './engine.ts'

/**
 * Starts a local engine and resolves once it listens. Engines are independent: several may run in one process.
 * Rejects if the port is taken, and with a RangeError for an invalid option.
 */
export function createEngine(options: EngineOptions = {}): Promise<Engine> {
  return startEngine(options)
}
