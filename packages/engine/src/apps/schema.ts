import type { JsonObject } from './app.ts'

/** An object schema in pydantic's shape, as the service's apps have it: titles, defaults, bounds. */
export function objectSchema(title: string, properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', title, properties, ...(required.length > 0 ? { required } : {}) }
}

/** The schema of a file in an output: an object made by the engine (design §6). */
export function fileSchema(title: string, contentMediaType: string): JsonObject {
  return {
    type: 'object',
    format: 'file',
    title,
    contentMediaType,
    properties: {
      uri: { type: 'string', format: 'uri' },
      content_type: { type: 'string' },
      size: { type: 'integer' },
      filename: { type: 'string' },
    },
    required: ['uri', 'content_type', 'size'],
  }
}

/** A number from validated input, or the default; the schema has checked type and bounds. */
export function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}

export function stringOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback
}

/** A seed from text, so that the same prompt gives the same picture (FNV-1a, 32 bits). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
