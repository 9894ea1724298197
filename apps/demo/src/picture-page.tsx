import { Generator } from '@inferstream/ui/generator'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import { useState } from 'react'
import { Picture } from './picture.tsx'
import { RunForm } from './run-form.tsx'
import { RunLog } from './run-log.tsx'
import { defaultApp, inputFor } from './service.ts'

/** One run with its picture, progress and log; a reload resumes it. */
export function PicturePage() {
  const [prompt, setPrompt] = useState('A glass sphere between two lamps')
  const [app, setApp] = useState(defaultApp)
  return (
    <Generator className="studio" resume="demo">
      {(stream) => (
        <>
          <section className="panel" aria-label="New run">
            <h1>Watch a picture being computed</h1>
            <p>Your words pick a scene; a path tracer renders it pass by pass. Each pass arrives as it is done.</p>
            <RunForm
              prompt={prompt}
              onPromptChange={setPrompt}
              app={app}
              onAppChange={setApp}
              active={stream.isActive}
              onStart={() => void stream.run({ app, input: inputFor(app, prompt) })}
            />
            <ProgressDisplay stream={stream} label="Run" />
          </section>
          <Picture stream={stream} prompt={prompt} />
          <RunLog stream={stream} />
        </>
      )}
    </Generator>
  )
}
