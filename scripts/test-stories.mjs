// Every story with its play test: in English, in dark mode, right to left, and in German.
import { spawnSync } from 'node:child_process'

const runs = [{}, { VITE_STORY_THEME: 'dark' }, { VITE_STORY_DIRECTION: 'rtl' }, { VITE_STORY_LOCALE: 'de' }]
let failed = 0
for (const settings of runs) {
  console.log(`\n# ${Object.entries(settings).join(' ') || 'as they are'}`)
  const { status } = spawnSync(
    process.execPath,
    ['scripts/pnpm.mjs', 'exec', 'vitest', 'run', '--project', 'storybook'],
    {
      stdio: 'inherit',
      env: { ...process.env, ...settings },
    },
  )
  if (status !== 0) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
