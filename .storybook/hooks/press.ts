import { userEvent, within } from 'storybook/test'

/** Presses the button of this name, as often as is said. */
export async function press(canvasElement: HTMLElement, name: string, times = 1) {
  for (let pressed = 0; pressed < times; pressed += 1) {
    await userEvent.click(within(canvasElement).getByRole('button', { name }))
  }
}
