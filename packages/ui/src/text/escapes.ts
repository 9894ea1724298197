/* oxlint-disable no-control-regex -- control characters are what this file looks for */

const escapes =
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b\[[0-?]*[ -/]*(?:[@-~]|$)|\u001b[@-Z\\^_]?|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/**
 * A line as a person reads it: no escape sequences (ECMA-48 §5.4, OSC included, an unfinished one at the end too), and
 * what carriage returns overwrote is gone.
 */
export function plainText(line: string): string {
  const body = line.endsWith('\r') ? line.slice(0, -1) : line
  const overwritten = body.lastIndexOf('\r')
  const text = overwritten < 0 ? body : body.slice(overwritten + 1)
  // Most lines have no escapes; a regular expression that never starts costs nothing.
  return text.replace(escapes, '')
}
