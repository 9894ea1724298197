/** Counts what a page loads at first: what `import()` brings later stays outside (it is measured where it has an entry). */
const lazyOutside = {
  name: 'lazy-outside',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

const initial = (config) => ({ ...config, plugins: [...(config.plugins ?? []), lazyOutside] })

const common = { gzip: true, ignore: ['react', 'react-dom'], modifyEsbuildConfig: initial }

// Of a component its peers are outside: whoever shows a run has the hooks already.
const peers = { ignore: ['react', 'react-dom', '@inferstream/react'] }

export default [
  { name: 'client core', path: 'packages/client/dist/index.js', import: '{ inference }', limit: '6 kB' },
  {
    name: 'useStream with the client',
    path: 'packages/react/dist/index.js',
    import: '{ useStream, InferenceProvider, inference }',
    limit: '9 kB',
  },
  {
    ...peers,
    name: 'ProgressDisplay',
    path: 'packages/ui/dist/progress-display/index.js',
    import: '{ ProgressDisplay }',
    limit: '10 kB',
  },
  { ...peers, name: 'LogList', path: 'packages/ui/dist/log-list/index.js', import: '{ LogList }', limit: '12 kB' },
  { ...peers, name: 'Generator', path: 'packages/ui/dist/generator/index.js', import: '{ Generator }', limit: '30 kB' },
  { name: 'demo, everything', path: 'apps/demo/dist/assets/*.js', esbuild: false, gzip: true, limit: '150 kB' },
].map((entry) => (entry.esbuild === false ? entry : { ...common, ...entry }))
