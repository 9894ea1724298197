import type { App } from './app.ts'
import { fileSchema, hashText, numberOr, objectSchema, stringOr } from './schema.ts'
import { tqdmBar } from './tqdm.ts'

/** Samples a second. */
const rate = 22_050

export const tone: App = {
  ref: 'local/tone',
  title: 'Tone',
  description: 'Synthesises a melody from its prompt, note by note, as a WAV file.',
  inputSchema: objectSchema('Input', {
    prompt: { type: 'string', title: 'Prompt', description: 'Determines the melody.', default: 'a lake at dusk' },
    seconds: { type: 'number', minimum: 0.5, maximum: 60, default: 4, title: 'Seconds' },
    tempo: { type: 'integer', minimum: 40, maximum: 240, default: 120, title: 'Beats a minute' },
  }),
  outputSchema: objectSchema('Output', { audio: fileSchema('Audio', 'audio/wav') }, ['audio']),

  run(input, context) {
    const seconds = numberOr(input['seconds'], 4)
    const length = 60 / numberOr(input['tempo'], 120)
    const notes = Math.ceil(seconds / length)
    const samples = new Float32Array(Math.round(seconds * rate))
    let seed = hashText(stringOr(input['prompt'], ''))
    context.log(`tone: ${notes} notes, ${seconds} s at ${rate} Hz\n`)
    const started = performance.now()
    for (let note = 0; note < notes; note++) {
      context.throwIfCancelled()
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      addNote(samples, note * length, length, frequencyOf(seed >>> 24))
      context.progress(note + 1, notes, 'note')
      context.log(
        `\r${tqdmBar('Synthesising', note + 1, notes, (performance.now() - started) / 1_000, 'note')}${note + 1 === notes ? '\n' : ''}`,
      )
    }
    const audio = context.file(wavOf(samples), { filename: 'tone.wav', contentType: 'audio/wav' })
    context.log(`tone.wav: ${audio.size.toLocaleString('en')} bytes\n`)
    return Promise.resolve({ audio })
  },
}

/** Of a pentatonic scale over two octaves, in Hz. */
function frequencyOf(choice: number): number {
  const steps = [0, 2, 4, 7, 9]
  const place = choice % (2 * steps.length)
  return 220 * 2 ** ((steps[place % steps.length]! + 12 * Math.floor(place / steps.length)) / 12)
}

/** A plucked string: three partials that fade. */
function addNote(samples: Float32Array, from: number, length: number, frequency: number): void {
  const first = Math.round(from * rate)
  const last = Math.min(samples.length, Math.round((from + length * 1.5) * rate))
  for (let at = first; at < last; at++) {
    const time = (at - first) / rate
    const turn = 2 * Math.PI * frequency * time
    const wave = Math.sin(turn) + 0.4 * Math.sin(2 * turn) + 0.2 * Math.sin(3 * turn)
    samples[at]! += 0.25 * wave * Math.exp(-4 * time) * Math.min(1, time * 200)
  }
}

/** 16-bit PCM, one channel. */
export function wavOf(samples: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2))
  const text = (at: number, letters: string) => {
    for (let index = 0; index < letters.length; index++) bytes.setUint8(at + index, letters.charCodeAt(index))
  }
  text(0, 'RIFF')
  bytes.setUint32(4, 36 + samples.length * 2, true)
  text(8, 'WAVEfmt ')
  bytes.setUint32(16, 16, true)
  bytes.setUint16(20, 1, true)
  bytes.setUint16(22, 1, true)
  bytes.setUint32(24, rate, true)
  bytes.setUint32(28, rate * 2, true)
  bytes.setUint16(32, 2, true)
  bytes.setUint16(34, 16, true)
  text(36, 'data')
  bytes.setUint32(40, samples.length * 2, true)
  for (const [at, sample] of samples.entries()) {
    bytes.setInt16(44 + at * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true)
  }
  return new Uint8Array(bytes.buffer)
}
