'use client'
import { Component, createContext, memo, use, useDeferredValue, useId, type ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import remend from 'remend'
import { sectionsOf } from '../model/markdown-text.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { CopyButton } from './copy-button.tsx'
import { PlainText } from './plain-text.tsx'

/** Characters from which a text may be higher than its box. */
const scrolling = 1_000

/**
 * A text in Markdown, also while it is written. HTML in it is shown as text; a picture is a link, because loading it would tell its server
 * who reads; links lead to http, https and mailto only.
 */
export function Markdown({ text }: { text: string }): ReactNode {
  return (
    <Boundary text={text}>
      <Drawn text={text} />
    </Boundary>
  )
}

/** A text that cannot be drawn is shown as it is. */
class Boundary extends Component<{ text: string; children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }
  static getDerivedStateFromError = () => ({ isBroken: true })
  override render() {
    return this.state.isBroken ? <PlainText text={this.props.text} /> : this.props.children
  }
}

function Drawn({ text }: { text: string }) {
  const { state } = useTaskOutput('View')
  // Several texts of a page have footnotes.
  const prefix = `${useId()}-`
  // Typing and scrolling go first.
  const shown = useDeferredValue(text)
  const sections = sectionsOf(shown)
  const scrolls = text.length > scrolling ? 0 : undefined
  return (
    <div data-slot="task-output-figure">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text scrolls */}
      <div data-slot="task-output-text" data-kind="markdown" dir="auto" tabIndex={scrolls}>
        {sections.map((section, at) => {
          const isOpen = state.partial && at === sections.length - 1
          // oxlint-disable-next-line react/no-array-index-key -- sections keep their order
          return <Section key={at} text={isOpen ? remend(section) : section} prefix={prefix} />
        })}
      </div>
      <div data-slot="task-output-bar">
        <CopyButton text={() => text} />
      </div>
    </div>
  )
}

const Section = memo(function Section({ text, prefix }: { text: string; prefix: string }) {
  const { messages } = useTaskOutput('View')
  return (
    <ReactMarkdown
      remarkPlugins={plugins}
      remarkRehypeOptions={{
        clobberPrefix: prefix,
        footnoteLabel: messages.footnotes,
        footnoteBackLabel: messages.footnoteBack,
      }}
      components={components}
      // Within the page: footnotes only.
      urlTransform={(url) => (outside.test(url) || url.startsWith(`#${prefix}`) ? url : '')}
    >
      {text}
    </ReactMarkdown>
  )
})

const plugins = [remarkGfm]

const outside = /^(?:https?:\/\/|mailto:)/i

const heading =
  (Tag: 'h4' | 'h5' | 'h6', level: number) =>
  // The page has headings of its own above.
  ({ children }: { children?: ReactNode }) => <Tag data-level={level}>{children}</Tag>

const components: Components = {
  h1: heading('h4', 1),
  h2: heading('h5', 2),
  h3: heading('h6', 3),
  h4: heading('h6', 4),
  h5: heading('h6', 5),
  h6: heading('h6', 6),
  a: ({ href, id, children, 'aria-label': label }) => (
    <Link href={href} id={id} label={label}>
      {children}
    </Link>
  ),
  img: ({ src, alt }) => <Link href={typeof src === 'string' ? src : undefined}>{alt || src || '…'}</Link>,
  // A box to tick that cannot be ticked is a sign.
  input: ({ checked }) => <span>{checked === true ? '☑' : '☐'}</span>,
  table: ({ children }) => (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table scrolls
    <div data-slot="task-output-table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  pre: ({ children, node }) => {
    const code = textOf(node)
    return (
      <div data-slot="task-output-code">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide line scrolls */}
        <pre dir="ltr" tabIndex={0}>
          {children}
        </pre>
        <CopyButton text={() => code} />
      </div>
    )
  },
}

const WithinLink = createContext(false)

interface LinkProps {
  href: string | undefined
  /** Of the link to a footnote, to which the footnote leads back. */
  id?: string | undefined
  label?: string | undefined
  children: ReactNode
}

function Link({ href, id, label, children }: LinkProps) {
  // A picture in a link is a part of it.
  const isWithin = use(WithinLink)
  if (!href || isWithin) return <span>{children}</span>
  const isNote = href.startsWith('#')
  const outer = { target: '_blank', rel: 'noopener noreferrer', referrerPolicy: 'no-referrer' } as const
  return (
    <WithinLink value>
      <a href={href} id={isNote ? id : undefined} aria-label={isNote ? label : undefined} {...(!isNote && outer)}>
        {children}
      </a>
    </WithinLink>
  )
}

interface SyntaxNode {
  readonly value?: unknown
  readonly children?: readonly SyntaxNode[]
}

function textOf(node: SyntaxNode | undefined): string {
  if (!node) return ''
  return typeof node.value === 'string' ? node.value : (node.children ?? []).map(textOf).join('')
}
