/** Whether a reference, `ns/name` with or without version and function, is on the list. */
type IsAllowed = (ref: string) => boolean

/**
 * Whether a request runs or reads nothing but the listed apps and agents. Keys are compared without case, as some JSON
 * decoders read them, so that `App` next to `app` hides nothing.
 */
export function namesAllowedApps(
  allowedApps: readonly (string | RegExp)[],
  { path, json }: { path: string; json: unknown },
): boolean {
  const isAllowed = matcherOf(allowedApps)
  const read = /^\/(?:apps|agents)\/([^/]+\/[^/]+)$/.exec(path)
  if (read) return isAllowed(read[1]!)
  switch (path) {
    case '/apps/run':
    case '/run':
      return isObject(json) && isAllowed(textOf(json, 'app')) && referencesOnly(json, isAllowed)
    case '/agents/run':
      // A chat that exists already has an agent.
      return isObject(json) && namesAgent(json, 'chat_id') && referencesOnly(json, isAllowed)
    case '/chats':
      return isObject(json) && namesAgent(json) && referencesOnly(json, isAllowed)
    default:
      return (
        !/^\/chats\/[^/]+\/agent$/.test(path) || (isObject(json) && namesAgent(json) && referencesOnly(json, isAllowed))
      )
  }
}

function matcherOf(allowedApps: readonly (string | RegExp)[]): IsAllowed {
  const tests = allowedApps.map((entry) => {
    if (typeof entry === 'string') return (name: string) => name === entry
    // Anchored, so that /google\/veo/ does not let evil-google/veo pass; without `g`, which remembers where it was.
    const whole = new RegExp(`^(?:${entry.source})$`, entry.flags.replace(/[gy]/g, ''))
    return (name: string) => whole.test(name)
  })
  return (ref) => {
    const [, name] = /^([\w.~-]+\/[\w.~-]+)(?:[@:][\w.~-]+)*$/.exec(ref) ?? []
    return name !== undefined && tests.some((test) => test(name) || test(ref))
  }
}

function namesAgent(body: object, orKey?: string): boolean {
  if (textOf(body, 'agent') !== '') return true
  const config: unknown = Reflect.get(body, 'agent_config')
  if (isObject(config)) {
    const core: unknown = Reflect.get(config, 'core_app')
    return typeof core === 'string' || (isObject(core) && textOf(core, 'ref') !== '')
  }
  return orKey !== undefined && textOf(body, orKey) !== ''
}

const ids = /^(?:app|agent|version|app_version|agent_version)_?id$/iu
const refs = /^(?:ref|app|agent|core_app)$/iu
const configs = /^agent_config$/iu

/** No ids, which no list can name, and every reference is allowed; `input` and `setup` belong to the app. */
function referencesOnly(body: object, isAllowed: IsAllowed): boolean {
  const open: { value: object; isConfig: boolean }[] = [{ value: body, isConfig: false }]
  for (let next = open.pop(); next; next = open.pop()) {
    for (const [key, value] of Object.entries(next.value)) {
      if (ids.test(key) && value !== null) return false
      if (refs.test(key) && typeof value === 'string' && !isAllowed(value)) return false
      const isConfig = next.isConfig || configs.test(key) || refs.test(key)
      if (isConfig && typeof value === 'object' && value !== null) open.push({ value, isConfig })
    }
  }
  return true
}

function textOf(body: object, key: string): string {
  const value: unknown = Reflect.get(body, key)
  return typeof value === 'string' ? value : ''
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
