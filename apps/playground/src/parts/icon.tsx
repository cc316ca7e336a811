import type { JSX } from "preact";

const paths = {
  play: "M5 3.5 L13 8 L5 12.5 Z",
  pause: "M5 3.5 V12.5 M11 3.5 V12.5",
  forward: "M4 3.5 L10 8 L4 12.5 Z M12.5 3.5 V12.5",
  back: "M12 3.5 L6 8 L12 12.5 Z M3.5 3.5 V12.5",
  start: "M8 4 L4 8 L8 12 M13 4 L9 8 L13 12",
  present: "M3 4 L7 8 L3 12 M8 4 L12 8 L8 12",
  book: "M8 4 C6 2.5 4 2.5 2 3 V12.5 C4 12 6 12 8 13.5 C10 12 12 12 14 12.5 V3 C12 2.5 10 2.5 8 4 V13.5",
  share:
    "M6 8 L10.5 4.5 M6 8 L10.5 11.5 M4.5 9.8 A1.8 1.8 0 1 1 4.6 9.8 M12 5.2 A1.8 1.8 0 1 1 12.1 5.2 M12 14 A1.8 1.8 0 1 1 12.1 14",
  sun: "M8 5 A3 3 0 1 1 7.9 5 M8 1 V2.5 M8 13.5 V15 M1 8 H2.5 M13.5 8 H15 M3 3 L4 4 M12 12 L13 13 M3 13 L4 12 M12 4 L13 3",
  moon: "M13 9.5 A5.5 5.5 0 1 1 6.5 3 A4.5 4.5 0 0 0 13 9.5 Z",
  half: "M8 2 A6 6 0 1 1 7.9 2 M8 2 V14 M8 5 L13 5 M8 8 L14 8 M8 11 L13 11",
  restart: "M12.5 5 A5.5 5.5 0 1 0 13.5 8.5 M13 2 V5.5 H9.5",
  kill: "M4 4 L12 12 M12 4 L4 12",
  check: "M3 8.5 L6.5 12 L13 4.5",
  plus: "M8 3 V13 M3 8 H13",
  link: "M2 8 H6 M10 8 H14 M6.5 5 L9.5 11",
} as const;

export type IconName = keyof typeof paths;

/** Decoration: what it means stands beside it, or in the label of the button around it. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
