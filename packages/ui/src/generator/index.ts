export * as GeneratorPrimitive from './index.parts.ts'
export { Generator } from './generator.tsx'
export type {
  GeneratorInputArguments,
  GeneratorOutputArguments,
  GeneratorProps,
  TypedGeneratorProps,
  TypedInputArguments,
  TypedOutputArguments,
} from './generator.tsx'
export type { GeneratorInput, GeneratorState } from './generator-context.ts'
export type { GeneratorFormMessages } from './fields/messages.ts'
export type { GeneratorMessages } from './messages.ts'
