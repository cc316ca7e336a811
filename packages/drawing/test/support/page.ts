import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";

/** Renders into a fresh element of the page, which it returns. */
export function show(component: ComponentChild): HTMLElement {
  document.body.replaceChildren();
  const frame = document.createElement("div");
  document.body.append(frame);
  void act(() => render(component, frame));
  return frame;
}

/** Does something and lets the page follow. */
export function follow(action: () => void): void {
  void act(action);
}

export function find(frame: Element, selector: string): Element {
  const found = frame.querySelector(selector);
  if (found === null) throw new Error(`nothing is ${selector} in ${frame.innerHTML}`);
  return found;
}

export function press(element: Element, key: string, options: KeyboardEventInit = {}): void {
  follow(() => void element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...options })));
}

export function point(element: Element, type: string, x: number, y: number): void {
  const event = new PointerEvent(type, { bubbles: true, clientX: x, clientY: y, button: 0, buttons: 1, pointerId: 1 });
  follow(() => void element.dispatchEvent(event));
}
