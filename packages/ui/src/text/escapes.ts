/* oxlint-disable no-control-regex -- control characters are what this file looks for */

/** Escape sequences of ECMA-48 §5.4, OSC included, an unfinished one at the end too, and lone control characters. */
const escapes =
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b\[[0-?]*[ -/]*(?:[@-~]|$)|\u001b[@-Z\\^_]?|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f]/g
const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

const dropAll = () => false

/** The text without the sequences for which `keep` is false; by default without any. */
export function stripEscapes(text: string, keep: (sequence: string) => boolean = dropAll): string {
  return special.test(text) ? text.replace(escapes, (sequence) => (keep(sequence) ? sequence : '')) : text
}
