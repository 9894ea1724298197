import type { JsonObject } from '../apps/app.ts'
import { stringOr } from '../apps/schema.ts'
import { isObject } from '../server/json-body.ts'
import type { ToolType } from './chat-state.ts'
import type { Tool } from './tool.ts'

const types: readonly ToolType[] = ['app', 'client', 'agent', 'hook', 'http', 'call', 'mcp']

const mostTools = 128

/** Why a declared tool is invalid; `index` is its place in the list. */
export interface ToolError {
  index: number
  detail: string
}

/**
 * Reads `tools` as an agent's config declares them (protocol §6): the service's own shape, the SDK's `{schema}` around
 * it, and `{type: 'function', function}`, which counts as a client tool.
 */
export function readTools(value: unknown): { tools: Tool[]; errors: ToolError[] } {
  if (value === undefined || value === null) return { tools: [], errors: [] }
  if (!Array.isArray(value)) return { tools: [], errors: [{ index: 0, detail: 'tools must be a list' }] }
  if (value.length > mostTools)
    return { tools: [], errors: [{ index: mostTools, detail: `there are more than ${mostTools} tools` }] }
  const tools: Tool[] = []
  const errors: ToolError[] = []
  for (const [index, entry] of value.entries()) {
    const tool = readTool(entry)
    if (typeof tool === 'string') errors.push({ index, detail: tool })
    else if (tools.some(({ name }) => name === tool.name))
      errors.push({ index, detail: `"${tool.name}" is there twice` })
    else tools.push(tool)
  }
  return { tools, errors }
}

function readTool(entry: unknown): Tool | string {
  if (!isObject(entry)) return 'a tool must be an object'
  const declared = isObject(entry['schema']) ? entry['schema'] : entry
  const type = declared['type'] === 'function' ? 'client' : types.find((known) => known === declared['type'])
  if (!type) return `type must be one of ${types.join(', ')}`
  const facts = isObject(declared['function']) ? declared['function'] : declared
  const name = facts['name']
  if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name)) return 'name must be 1 to 64 letters, digits, _, . or -'
  const own = isObject(declared[type]) ? declared[type] : {}
  const app = type === 'app' ? own['ref'] : undefined
  if (type === 'app' && typeof app !== 'string') return 'app.ref must name an app'
  return {
    name,
    displayName: stringOr(declared['display_name'], name),
    description: stringOr(facts['description'], ''),
    type,
    needsApproval: declared['require_approval'] === true,
    parameters: schemaOf(own['input_schema'] ?? facts['parameters'] ?? facts['input_schema']),
    ...(typeof app === 'string' ? { app: { ref: app, input: isObject(own['input']) ? own['input'] : {} } } : {}),
  }
}

function schemaOf(value: unknown): JsonObject {
  return isObject(value) ? value : { type: 'object', properties: {} }
}
