'use client'
import { useLayoutEffect, type ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { useGenerator } from './generator-context.ts'

// Loaded with the app's schema, beside its request.
const SchemaForm = later(
  async () => (await import('./fields/schema-form.tsx')).SchemaForm,
  <div data-slot="generator-fields" aria-busy="true">
    <div data-slot="generator-skeleton" />
    <div data-slot="generator-skeleton" />
    <div data-slot="generator-skeleton" />
  </div>,
)

/** The fields of the app's input, made from its schema. Nothing without an app and a schema. Renders `<div>`s. */
export function GeneratorFields(): ReactNode {
  const { app, schema, guard } = useGenerator('Fields')
  const isNeeded = app !== undefined || schema !== undefined
  useLayoutEffect(() => {
    // An input that nobody has seen is not sent.
    if (isNeeded) guard.current ??= () => false
  }, [isNeeded, guard])
  return isNeeded ? <SchemaForm /> : null
}
