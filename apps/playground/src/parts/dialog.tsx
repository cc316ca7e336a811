import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface DialogProps {
  readonly isOpen: Signal<boolean>;
  readonly title: string;
  readonly close: string;
  readonly children: ComponentChildren;
}

/** A dialog of the browser: it keeps the focus, and Escape closes it. */
export function Dialog({ isOpen, title, close, children }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
  }, []);
  const shut = (): void => void (isOpen.value = false);
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={shut}
      onClick={(event) => event.target === event.currentTarget && shut()}
    >
      <div class="dialog">
        <header>
          <h2>{title}</h2>
          <button type="button" class="is-icon" aria-label={close} onClick={shut}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
