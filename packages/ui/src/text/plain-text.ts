export { lineText as plainText } from '@inferstream/client/terminal'
