import { guard } from '../core/guard.ts'
import type { RunConfig, RunStreamOptions } from '../core/types.ts'
import { hasBlob } from '../http/request-input.ts'
import { uploadAll } from '../http/uploads.ts'
import type { TaskTransport } from '../transports/transport.ts'

export interface InputUpload extends Pick<RunStreamOptions, 'onUploadProgress'> {
  readonly transport: TaskTransport
  readonly config: RunConfig
  readonly signal: AbortSignal
}

/**
 * The config with every Blob of its input uploaded.
 * @throws `config` where its input or setup has no form as JSON
 */
export async function uploadInput({ transport, config, signal, onUploadProgress }: InputUpload): Promise<RunConfig> {
  hasBlob(config.setup)
  if (!hasBlob(config.input)) return config
  // Another backend gets them as they are.
  if (!transport.resources) return config
  const report = (fraction: number | null) => guard(() => onUploadProgress?.(fraction))
  report(0)
  const resources = await transport.resources()
  const input = await uploadAll(
    config.input,
    (blob, onProgress) => resources.upload(blob, { signal, onProgress }),
    report,
  )
  report(null)
  return { ...config, input }
}
