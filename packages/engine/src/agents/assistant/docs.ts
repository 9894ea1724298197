/** A piece of documentation that the assistant can quote. */
export interface DocsSection {
  readonly id: string
  readonly title: string
  readonly text: string
}

/** The documentation that `search_docs` searches, section by section. */
export const docs: readonly DocsSection[] = [
  {
    id: 'what-it-is',
    title: 'What Inferstream is',
    text: 'Inferstream makes long AI runs visible in React. It shows the status, phase, progress, logs, partial output and result of a run as they happen, survives lost connections and reloads, and cancels honestly.',
  },
  {
    id: 'packages',
    title: 'Packages',
    text: 'The client turns bytes into events and events into state, without React. The React package has the hooks. The ui package has the components. The proxy keeps the API key on the server. The engine runs everything locally.',
  },
  {
    id: 'use-stream',
    title: 'useStream',
    text: 'The hook useStream starts a run and follows it. A component renders again only for the fields that it reads, at most once per frame. A second run replaces the first one, and late updates of the first are ignored.',
  },
  {
    id: 'resume',
    title: 'Resume after a lost connection',
    text: 'When a connection is lost, the client fetches the task, compares, and opens a new stream. Nothing is lost or duplicated: log lines are counted, and older updates change nothing. After a reload, the resume option finds the task again by an id kept in local storage.',
  },
  {
    id: 'status',
    title: 'Status and phases',
    text: 'A task is received, queued, scheduled, prepared, served and set up before it is running. It ends as completed, failed or cancelled. A status never goes back, and each one belongs to a phase that people understand.',
  },
  {
    id: 'cancel',
    title: 'Cancel a run',
    text: 'Cancel resolves when the service has accepted it. The status is cancelling until the service says how the run ended, because a run may complete before the cancel arrives. Unmounting a component only detaches.',
  },
  {
    id: 'progress',
    title: 'Progress',
    text: 'Progress comes from the app where it sends any, and else from its log: tqdm bars, steps and percentages are read while the task is running. Progress never goes backwards within one status.',
  },
  {
    id: 'logs',
    title: 'Logs',
    text: 'Each log line is seen exactly once and in order, however often the connection was cut. ANSI colours are kept, a carriage return overwrites, and the unfinished last line is shown by itself. The list stays fast with a hundred thousand lines.',
  },
  {
    id: 'proxy',
    title: 'Proxy and API key',
    text: 'The proxy keeps the API key on the server, so that no browser ever sees it. It serves only known endpoints, refuses foreign origins, and closes the upstream stream when the browser disconnects. There are adapters for Node, Express, Hono and Next.',
  },
  {
    id: 'engine',
    title: 'The local engine',
    text: 'The engine implements the API of inference.sh on your own machine and needs no account and no key. Its apps run in worker threads: a path tracer, a video encoder, a story generator and small apps for tests. The speed option divides waits, not computing.',
  },
  {
    id: 'chaos',
    title: 'Chaos rules',
    text: 'Chaos rules inject faults: dropped connections, cut streams, silence, delays, doubled frames, and refusals with 429 or 500. They are set by a flag, by the query, or by a call, for the whole engine or a single task.',
  },
  {
    id: 'agents',
    title: 'Agents, tools and approvals',
    text: 'An agent answers in a chat: text arrives piece by piece, thinking is marked, and tools run on the server, as nested tasks, or in the client. A tool that needs approval waits until the user allows or rejects it. A message sent while the agent is busy is queued and can be cancelled.',
  },
  {
    id: 'files',
    title: 'Files and uploads',
    text: 'Blobs and files anywhere in an input are uploaded before the run starts: the client asks for a place, puts the bytes there, and sends the address. Outputs name their files by address, content type and size.',
  },
  {
    id: 'connections',
    title: 'Six connections per host',
    text: 'A browser opens six connections per host over HTTP/1.1, all tabs together. So at most four streams are open at a time, and further runs are polled once a second until a stream is free. A POST never waits behind a stream.',
  },
  {
    id: 'errors',
    title: 'Errors',
    text: 'Every error has a code, says whether a retry may help, and never contains a key. A task that fails ends the loop normally with its last update. A POST whose answer was lost says that the run may have started.',
  },
]
