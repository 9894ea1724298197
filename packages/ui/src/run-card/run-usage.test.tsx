import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { taskState } from '../testing/task-state.ts'
import { RunCard } from './index.ts'

it('shows what a run has used as the service sent it', async () => {
  const usage = [
    { type: 'gpu', model: 'l40s', quantity: 1_204.5, unit: 's' },
    { type: 'cost', quantity: 0.0031, unit: 'USD' },
  ]
  render(<RunCard stream={taskState({ status: 'completed', output: {}, usage })} />)
  expect(await screen.findByText('gpu l40s: 1,204.5 s · cost: 0.0031 USD')).toBeVisible()
})

it('shows nothing where the service sent nothing', () => {
  const { container } = render(<RunCard stream={taskState({ status: 'completed', output: {}, usage: null })} />)
  expect(container.querySelector('[data-slot="run-usage"]')).toBeNull()
})
