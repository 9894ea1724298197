import type { App } from './app.ts'
import { objectSchema } from './schema.ts'

export const requirements: App = {
  ref: 'local/requirements',
  title: 'Requirements',
  description: 'Cannot be started: answers 412 with one missing requirement of each kind.',
  inputSchema: objectSchema('Input', {}),
  outputSchema: { type: 'object', title: 'Output', description: 'Never given.' },
  requirements: [
    {
      type: 'secret',
      key: 'HF_TOKEN',
      message: 'This app needs the secret HF_TOKEN.',
      action: { type: 'add_secret' },
    },
    {
      type: 'integration',
      key: 'google',
      message: 'This app needs a connected Google account.',
      action: { type: 'connect', provider: 'google', provider_name: 'Google' },
    },
    {
      type: 'scope',
      key: 'drive.readonly',
      message: 'The connected Google account does not allow this app to read files.',
      action: {
        type: 'add_scopes',
        provider: 'google',
        provider_name: 'Google',
        scopes: ['drive.readonly'],
        scope_descriptions: { 'drive.readonly': 'See the files of your Google Drive' },
      },
    },
  ],
  run: () => Promise.reject(new Error('The local engine cannot meet the requirements of this app.')),
}
