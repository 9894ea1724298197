import type { MathNode } from 'mathjs'
import { format, parse } from 'mathjs/number'

const longestExpression = 200
/** Names allowed in an expression. None of them can run for long or escape the parser. */
const names = new Set(
  (
    'abs acos asin atan atan2 cbrt ceil cos cosh e exp factorial fix floor gcd lcm ln log log10 log2 max mean median min mod ' +
    'phi pi pow round sign sin sinh sqrt square sum tan tanh tau'
  ).split(' '),
)
const nodeTypes = new Set(['ConstantNode', 'OperatorNode', 'ParenthesisNode', 'FunctionNode', 'SymbolNode'])

/** The value of an arithmetic expression. Throws an error that says why it has none. */
export function calculate(expression: string): string {
  if (expression.length > longestExpression) {
    throw new Error(`The expression is longer than ${longestExpression} characters.`)
  }
  const tree: MathNode = parse(expression.replaceAll('ln(', 'log('))
  tree.traverse((node) => {
    if (!nodeTypes.has(node.type))
      throw new Error(`Only arithmetic can be calculated, not ${node.toString().slice(0, 40)}.`)
    const name = 'name' in node && node.type === 'SymbolNode' ? String(node.name) : null
    if (name !== null && !names.has(name)) throw new Error(`There is no function or constant ${JSON.stringify(name)}.`)
  })
  const value: unknown = tree.compile().evaluate()
  if (typeof value !== 'number' && typeof value !== 'boolean')
    throw new Error('The expression has no number as its value.')
  if (typeof value === 'number' && Number.isNaN(value))
    throw new Error('The expression has no real number as its value.')
  return format(value, { precision: 14 })
}
