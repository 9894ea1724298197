import { app } from '@inferstream/react'
import { Generator } from './index.ts'

const picture = app<{ prompt: string; steps?: number }, { image: string }>('a/b')

export const fits = (
  <>
    <Generator
      app={picture}
      initialInput={{ prompt: 'a lake' }}
      renderInput={({ input, setInput }) => (
        <input value={input.prompt ?? ''} onChange={({ target }) => setInput({ ...input, prompt: target.value })} />
      )}
      renderOutput={({ output }) => output && <img src={output.image} alt="" />}
      onComplete={({ output }) => output.image.toUpperCase()}
    />
    <Generator app={picture}>{({ output }) => output?.image.length}</Generator>
    <Generator app={app('a/b')} initialInput={{ anything: 1 }} renderInput={({ input }) => String(input['anything'])} />
    <Generator app="a/b" initialInput={{ anything: 1 }} renderOutput={({ output }) => String(output)} />
    <Generator>
      {({ output, run }) => <button onClick={() => void run({ app: 'x', input: {} })}>{output?.url}</button>}
    </Generator>
  </>
)

export const refused = (
  <>
    {/* @ts-expect-error -- the app has no such input */}
    <Generator app={picture} initialInput={{ promt: 'a lake' }} />
    {/* @ts-expect-error -- the output has no `url` */}
    <Generator app={picture} renderOutput={({ output }) => output?.url} />
    {/* @ts-expect-error -- a number */}
    <Generator app={picture} initialInput={{ steps: 'four' }} />
  </>
)
