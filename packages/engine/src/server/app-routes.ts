import type { JsonObject } from '../apps/app.ts'
import { aliases, apps, findApp } from '../apps/catalogue.ts'
import { appDto, appOfVersion } from './app-dto.ts'
import { page } from './paging.ts'
import { readJsonObject } from './json-body.ts'
import { ProblemError } from './problems.ts'
import type { Route } from './route.ts'
import { enveloped } from './route.ts'
import { unknownApp } from './run-routes.ts'
import type { Services } from './services.ts'

export function appRoutes({ limits }: Services): Route[] {
  return [
    { method: 'GET', path: '/apps', handle: (context) => enveloped(page(allApps(), context.req.query())) },
    {
      method: 'POST',
      path: '/apps/list',
      handle: async (context) => enveloped(page(allApps(), await readJsonObject(context.req.raw, limits.bodyBytes))),
    },
    { method: 'GET', path: '/apps/:name', handle: (context) => oneApp(context.req.param('name') ?? '') },
    {
      method: 'GET',
      path: '/apps/:namespace/:name',
      handle: (context) => oneApp(`${context.req.param('namespace') ?? ''}/${context.req.param('name') ?? ''}`),
    },
  ]
}

/** Apps under their own names, then the aliases. */
function allApps(): JsonObject[] {
  return [...apps.map((app) => app.ref), ...aliases.keys()].flatMap((name) => {
    const found = findApp(name)
    return found ? [appDto(found.app, name)] : []
  })
}

function oneApp(ref: string): Response {
  const found = findApp(ref)
  const app = found?.app ?? appOfVersion(ref)
  if (!app) throw new ProblemError(unknownApp(ref))
  return enveloped(appDto(app, found?.name))
}
