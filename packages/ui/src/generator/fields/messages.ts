import type { InputIssue } from '../schema/check-input.ts'

export interface GeneratorFormMessages {
  loading: string
  /** The schema could not be loaded. @param reason A sentence. */
  unavailable: (reason: string) => string
  reload: string
  /** The app's schema is silent about its input. */
  unknown: string
  /** The app takes none. */
  noInput: string
  required: string
  /** @param changed How many differ from their defaults. */
  more: (count: number, changed: number) => string
  reset: (label: string) => string
  add: string
  remove: (item: string) => string
  moveUp: (item: string) => string
  moveDown: (item: string) => string
  item: (number: number) => string
  chooseFile: string
  dropFile: string
  fileUrl: (label: string) => string
  removeFile: (name: string) => string
  uploading: string
  /** The page was left before the file had been sent. */
  lostFile: (name: string) => string
  wrongFile: (accept: string) => string
  randomSeed: string
  random: string
  choose: string
  form: string
  json: string
  view: string
  examples: string
  /** Above the button that starts a run. */
  summary: (count: number) => string
  issue: (issue: InputIssue) => string
  notJson: (line: number | null) => string
  /** Valid JSON, and the input of an app is an object. */
  notAnObject: string
  notANumber: string
  /** An integer beyond 2^53. */
  notExact: string
}

export const generatorFormMessages: GeneratorFormMessages = {
  loading: 'Loading the inputs of this app',
  unavailable: (reason) => `The inputs of this app could not be loaded: ${reason}`,
  reload: 'Try again',
  unknown: 'This app names no inputs. Write its input as JSON.',
  noInput: 'This app takes no inputs.',
  required: 'Required',
  more: (count, changed) => `More settings (${count})${changed > 0 ? `, ${changed} changed` : ''}`,
  reset: (label) => `Reset ${label}`,
  add: 'Add',
  remove: (item) => `Remove ${item}`,
  moveUp: (item) => `Move ${item} up`,
  moveDown: (item) => `Move ${item} down`,
  item: (number) => `item ${number}`,
  chooseFile: 'Choose a file',
  dropFile: 'or drop or paste one here',
  fileUrl: (label) => `${label}, as an address`,
  removeFile: (name) => `Remove ${name}`,
  uploading: 'Sending the files',
  lostFile: (name) => `${name} was not sent before the page was left. Choose it again.`,
  wrongFile: (accept) => `This field takes ${accept}.`,
  randomSeed: 'New random seed',
  random: 'Random',
  choose: 'Not set',
  form: 'Form',
  json: 'JSON',
  view: 'Show the input as',
  examples: 'Examples',
  summary: (count) => `${count} fields need attention:`,
  issue: ({ keyword, limit }) => {
    const value = String(limit)
    switch (keyword) {
      case 'required':
        return 'Required'
      case 'minimum':
        return `At least ${value}`
      case 'maximum':
        return `At most ${value}`
      case 'exclusiveMinimum':
        return `More than ${value}`
      case 'exclusiveMaximum':
        return `Less than ${value}`
      case 'multipleOf':
        return `A multiple of ${value}`
      case 'minLength':
        return limit === 1 ? 'Required' : `At least ${value} characters`
      case 'maxLength':
        return `At most ${value} characters`
      case 'minItems':
        return `At least ${value}`
      case 'maxItems':
        return `At most ${value}`
      case 'uniqueItems':
        return 'Each only once'
      case 'pattern':
        return `Does not match the pattern ${value}`
      case 'format':
        return `Not a valid ${value}`
      case 'type':
        return `Not of the type ${Array.isArray(limit) ? limit.join(', ') : value}`
      default:
        return 'Not a valid value'
    }
  },
  notJson: (line) => (line === null ? 'Not valid JSON' : `Not valid JSON, line ${line}`),
  notAnObject: 'The input is an object: { … }',
  notANumber: 'Not a number',
  notExact: 'Too large to be sent exactly',
}
