/** The instructions of a system prompt that rules can follow. */
export interface Instructions {
  /** The assistant's persona: `You are Nemo, a captain.` → `Nemo, a captain` */
  readonly persona: string | null
  readonly letters: 'upper' | 'lower' | null
  readonly isBrief: boolean
  readonly begin: string | null
  readonly end: string | null
}

export function readInstructions(prompt: string): Instructions {
  const quotedAfter = (words: string) =>
    new RegExp(String.raw`\b(?:${words})\b[^"“'.]{0,40}["“']([^"”']{1,200})["”']`, 'i').exec(prompt)?.[1] ?? null
  return {
    persona: /\b(?:you are|your name is|act as|you're)\s+([^.!?\n]{1,120})/i.exec(prompt)?.[1]?.trim() ?? null,
    letters: /\b(?:upper[\s-]?case|capital letters|all caps)\b/i.test(prompt)
      ? 'upper'
      : /\blower[\s-]?case\b/i.test(prompt)
        ? 'lower'
        : null,
    isBrief: /\b(?:brief|briefly|concise|concisely|short|one sentence|single sentence|terse)\b/i.test(prompt),
    begin: quotedAfter('begin|start|prefix'),
    end: quotedAfter('end|finish|close|sign|suffix'),
  }
}

/** The answer, adapted to the system prompt. */
export function follow(answer: string, { letters, isBrief, begin, end }: Instructions): string {
  const kept = isBrief ? (/^.*?[.!?](?=\s|$)/s.exec(answer)?.[0] ?? answer) : answer
  const cased = letters === 'upper' ? kept.toUpperCase() : letters === 'lower' ? kept.toLowerCase() : kept
  return [begin, cased, end].filter((part) => part !== null && part !== '').join(' ')
}
