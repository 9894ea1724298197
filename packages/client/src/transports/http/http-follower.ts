// What following runs over HTTP takes, as one piece to load: see http-transport.ts.
import { followTask } from './connect-task.ts'
import type { ConnectionOptions } from '../../connection/connection.ts'
import { createFollower } from '../../task/follower.ts'
import type { Http } from '../../http/http.ts'
import type { Platform } from '../../core/platform.ts'
import type { Follower } from '../transport.ts'

export function httpFollower(
  http: Http,
  options: ConnectionOptions,
  platform: Platform,
  cancel: (taskId: string) => Promise<void>,
): Follower {
  return createFollower({
    follow: (task) => followTask(task, http, options, platform),
    cancel,
    confirms: true,
  })
}
