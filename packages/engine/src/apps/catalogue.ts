import type { App } from './app.ts'
import { echo } from './echo.ts'
import { fail } from './fail.ts'
import { flood } from './flood.ts'
import { gallery } from './gallery.ts'
import { juliaVideo } from './julia-video.ts'
import { pathTracer } from './path-tracer.ts'
import { report } from './report.ts'
import { requirements } from './requirements.ts'
import { slow } from './slow.ts'
import { story } from './story.ts'
import { textTemplating } from './text-templating.ts'
import { tone } from './tone.ts'

/** Every app of the engine, in the order of the list. */
export const apps: readonly App[] = [
  pathTracer,
  juliaVideo,
  story,
  tone,
  gallery,
  report,
  echo,
  fail,
  slow,
  flood,
  requirements,
  textTemplating,
]

/** Aliases, so that the reference's examples run as printed. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ['infsh/flux-schnell', 'local/path-tracer'],
  ['my-app', 'local/path-tracer'],
  ['google/veo-3-1-fast', 'local/julia-video'],
])

export interface FoundApp {
  app: App
  /** The name that was requested, without version and function. */
  name: string
  function: string | null
}

/** `name[@version][:function]` → the app, by its own name or an alias. Any version of a known name is accepted. */
export function findApp(ref: string): FoundApp | null {
  const [, name = '', called] = /^([^@:]+)(?:@[^:]*)?(?::(.*))?$/.exec(ref) ?? []
  const target = aliases.get(name) ?? name
  const app = apps.find((candidate) => candidate.ref === target)
  return app ? { app, name, function: called ?? null } : null
}

/** Known names similar to a wrong one, nearest first. */
export function nearNames(ref: string): string[] {
  const wanted = ref.toLowerCase().split('@')[0] ?? ''
  const word = lastPart(wanted)
  return [...apps.map((app) => app.ref), ...aliases.keys()]
    .map((name) => ({ name, distance: distanceOf(name, wanted) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(word.length / 3)))
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Distance of a name from the requested one; a prefix counts as near. */
function distanceOf(name: string, wanted: string): number {
  const [one, other] = [lastPart(name), lastPart(wanted)]
  const begins = other.length >= 3 && (one.startsWith(other) || other.startsWith(one))
  return begins ? 1 : Math.min(editDistance(name, wanted), editDistance(one, other))
}

function lastPart(name: string): string {
  return name.split('/').at(-1) ?? name
}

/** Levenshtein distance; long names are cut. */
function editDistance(one: string, other: string): number {
  const b = other.slice(0, 64)
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let index = 0; index < one.length; index++) {
    const next = [index + 1]
    for (let column = 1; column <= b.length; column++) {
      const replace = (row[column - 1] ?? 0) + (b.charAt(column - 1) === one.charAt(index) ? 0 : 1)
      next.push(Math.min(replace, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
