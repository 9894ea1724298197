import { userEvent, within } from 'storybook/test'

/** Presses the button with this name, `times` times. */
export async function press(canvasElement: HTMLElement, name: string, times = 1) {
  for (let pressed = 0; pressed < times; pressed += 1) {
    await userEvent.click(within(canvasElement).getByRole('button', { name }))
  }
}
