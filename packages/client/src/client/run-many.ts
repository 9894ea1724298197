import { InferstreamError } from '../core/errors.ts'
import { checkOptions, followRules } from './check-options.ts'
import type { InferenceClient } from './client-types.ts'
import type { RunConfig, RunManyOptions, TaskResult } from '../core/types.ts'

/**
 * Runs all configs, `concurrency` at a time. The failure of a run is its own result; an abort settles all remaining runs.
 * @throws `config` if `configs` is not an array, and for an option that makes no sense
 */
export async function runMany<I, O>(
  run: InferenceClient['run'],
  configs: readonly RunConfig<I, O>[],
  manyOptions: RunManyOptions<O> = {},
): Promise<PromiseSettledResult<TaskResult<O>>[]> {
  checkOptions(manyOptions, followRules)
  const { concurrency = Infinity, onUpdate, ...options } = manyOptions
  const isList: boolean = Array.isArray(configs)
  if (!isList) throw new InferstreamError('config', 'runMany() needs an array of runs.')
  const results: PromiseSettledResult<TaskResult<O>>[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < configs.length; index = next++) {
      const at = index
      const runOptions = onUpdate
        ? { ...options, onUpdate: (update: Parameters<typeof onUpdate>[1]) => onUpdate(at, update) }
        : options
      const [result] = await Promise.allSettled([run<I, O>(configs[index]!, runOptions)])
      results[index] = result
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, configs.length) }, worker))
  return results
}
