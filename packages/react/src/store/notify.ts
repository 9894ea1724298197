type Flush = () => void

let around: ((flush: Flush) => void) | null = null

/** Calls listeners, all of them in one pass. */
export function notify(listeners: Iterable<Flush>) {
  const flush = () => {
    for (const listener of listeners) listener()
  }
  if (around) around(flush)
  else flush()
}

/** For tests: every notification that React renders for happens inside of `wrapper`. */
export function notifyInside(wrapper: (flush: Flush) => void) {
  around = wrapper
}
