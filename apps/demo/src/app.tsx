import { Generator } from '@inferstream/ui/generator'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import { useState } from 'react'
import { defaultApp, service } from './service.ts'
import { Picture } from './picture.tsx'
import { RunForm } from './run-form.tsx'
import { RunLog } from './run-log.tsx'

export function App() {
  const [prompt, setPrompt] = useState('A glass sphere between two lamps')
  const [app, setApp] = useState(defaultApp)
  return (
    <>
      <header className="bar">
        <strong>Inferstream</strong>
        <span className="service">Answered by {service}</span>
      </header>
      <main>
        <Generator className="studio">
          {(stream) => (
            <>
              <section className="panel" aria-label="New run">
                <h1>Watch a picture being computed</h1>
                <p>
                  A path tracer renders this scene pass by pass. Each pass arrives as it is done, and so does its log.
                </p>
                <RunForm
                  prompt={prompt}
                  onPromptChange={setPrompt}
                  app={app}
                  onAppChange={setApp}
                  active={stream.isActive}
                  onStart={() => void stream.run({ app, input: { prompt } })}
                />
              </section>
              <section className="result" aria-label="Run">
                <Picture stream={stream} prompt={prompt} />
                <ProgressDisplay stream={stream} label={app} />
                <RunLog stream={stream} />
              </section>
            </>
          )}
        </Generator>
      </main>
    </>
  )
}
