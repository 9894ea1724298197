import { createHash } from 'node:crypto'
import type { App, JsonObject } from '../apps/app.ts'
import { apps } from '../apps/catalogue.ts'
import { shortId } from '../ids.ts'

/** An app has the same ids in every engine. */
export function appIds(app: App): { appId: string; appVersionId: string } {
  return { appId: nameId('app', app.ref), appVersionId: nameId('version', app.ref) }
}

function nameId(kind: string, ref: string): string {
  return createHash('sha256').update(`${kind}:${ref}`).digest('hex').slice(0, 26)
}

/** The app with this app id or version id. */
export function appOfVersion(id: string): App | undefined {
  return apps.find((app) => Object.values(appIds(app)).includes(id))
}

const madeAt = '2026-01-01T00:00:00.000000Z'

/** An app in the service's form; `name` is the requested name, which may be an alias. */
export function appDto(app: App, name = app.ref): JsonObject {
  const { appId, appVersionId } = appIds(app)
  const slash = name.indexOf('/')
  const schemas = { setup_schema: null, input_schema: app.inputSchema, output_schema: app.outputSchema }
  return {
    ...base(appId),
    namespace: slash < 0 ? 'local' : name.slice(0, slash),
    name: name.slice(slash + 1),
    ref: name,
    title: app.title,
    description: app.description,
    agent_description: app.description,
    category: 'other',
    images: { card: '', thumbnail: '', banner: '' },
    status: 'active',
    visibility: 'public',
    version_id: appVersionId,
    ...schemas,
    version: {
      ...base(appVersionId),
      ...schemas,
      metadata: {},
      default_function: 'run',
      functions: { run: { name: 'run', input_schema: app.inputSchema, output_schema: app.outputSchema } },
      variants: {},
      env: {},
      kernel: 'node',
      repository: '',
      resources: {},
    },
  }
}

function base(id: string): JsonObject {
  return {
    id,
    short_id: shortId(id),
    created_at: madeAt,
    updated_at: madeAt,
    deleted_at: null,
    user_id: 'local',
    team_id: 'local',
  }
}
