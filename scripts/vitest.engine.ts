import { spawnSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'

const engineUrl = new URL('../packages/engine/dist/index.js', import.meta.url)

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of a running local engine, for tests in the browser: `inject('engineUrl')`. */
    engineUrl: string
  }
}

/**
 * Compiles the engine, whose worker threads need JavaScript files, and starts one for the tests that cannot start their own.
 * Types are not checked here, as nowhere in Vitest.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const build = ['-p', 'packages/engine/tsconfig.build.json', '--noEmitOnError', 'false', '--noCheck']
  spawnSync('tsc', build, { stdio: 'inherit', shell: process.platform === 'win32' })
  // With these set the assistant would be a real model.
  delete process.env['OPENAI_API_KEY']
  delete process.env['OPENAI_BASE_URL']
  const { createEngine }: typeof import('../packages/engine/src/index.ts') = await import(engineUrl.href)
  const engine = await createEngine({ port: 0, heartbeatMs: 1_000 })
  project.provide('engineUrl', engine.url)
  return () => engine.close()
}
