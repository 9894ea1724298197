'use client'
import type { ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { useGenerator } from './generator-context.ts'
import { PendingFields } from './pending-fields.tsx'

// Loaded beside the request for the app's schema.
const SchemaForm = later(async () => (await import('./fields/schema-form.tsx')).SchemaForm, PendingFields)

/** The fields of the app's input, made from its schema. Nothing without an app and a schema. Renders `<div>`s. */
export function GeneratorFields(): ReactNode {
  const { app, schema } = useGenerator('Fields')
  return app === undefined && schema === undefined ? null : <SchemaForm />
}
