import type { JSX } from "preact";

const paths = {
  sun: "M8 5 A3 3 0 1 1 7.9 5 M8 1 V2.5 M8 13.5 V15 M1 8 H2.5 M13.5 8 H15 M3 3 L4 4 M12 12 L13 13 M3 13 L4 12 M12 4 L13 3",
  moon: "M13 9.5 A5.5 5.5 0 1 1 6.5 3 A4.5 4.5 0 0 0 13 9.5 Z",
  half: "M8 2 A6 6 0 1 1 7.9 2 M8 2 V14 M8 5 L13 5 M8 8 L14 8 M8 11 L13 11",
  plus: "M8 3 V13 M3 8 H13",
} as const;

/** Decoration: what it means stands beside it, or in the label of the button around it. */
export function Icon({ name }: { readonly name: keyof typeof paths }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
