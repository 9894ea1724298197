/** Counts what a page loads at first: what `import()` brings later stays outside. */
const lazyOutside = {
  name: 'lazy-outside',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

const initial = (name, path, names, limit, ignore) => ({
  name,
  path,
  ...(names && { import: names }),
  limit,
  ignore,
  gzip: true,
  modifyEsbuildConfig: (config) => ({ ...config, format: 'esm', plugins: [...(config.plugins ?? []), lazyOutside] }),
})

const react = ['react', 'react-dom']
const component = (name, folder, limit) =>
  // Its peers are outside: whoever shows a run has the hooks already.
  initial(name, `packages/ui/dist/${folder}/index.js`, `{ ${name} }`, limit, [...react, '@inferstream/react'])

export default [
  initial('client core', 'packages/client/dist/index.js', '{ inference }', '6 kB', []),
  initial(
    'useStream with the client',
    'packages/react/dist/index.js',
    '{ useStream, InferenceProvider, inference }',
    '9 kB',
    react,
  ),
  initial(
    'useAgent with the client',
    'packages/react/dist/index.js',
    '{ useAgent, InferenceProvider, inference }',
    '14 kB',
    react,
  ),
  component('ProgressDisplay', 'progress-display', '10 kB'),
  component('LogList', 'log-list', '12 kB'),
  component('Generator', 'generator', '30 kB'),
  initial('demo', 'apps/demo/dist/assets/index-*.js', undefined, '150 kB', []),
]
