/** The visible text of one log line, as a terminal draws it: without escape sequences and overwritten text. */
export function lineText(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return line.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
}
