import { type Machine, machineInWords } from "../machine/machine.ts";
import type { GrowthPart } from "./part.ts";

/** What is written to `growth.md`: what was done on which machine, a table and a picture for each part. */
export function documentOf(machine: Machine, parts: readonly GrowthPart[]): string {
  const sections = parts.map((part) => {
    const picture = `![${part.title}: ${part.plots.map(({ title }) => title).join("; ")}](${pictureName(part)})`;
    return [`## ${part.title}`, part.method, tableOf(part), picture].join("\n\n");
  });
  const head = [
    "# What grows, and what that does",
    `Written by \`npm run bench -- --growth --output DIR\`. ${machineInWords(machine)}.`,
    "Servers, load and disk share that machine. A put counts when a majority has synced it (`fdatasync`).",
  ];
  return `${[...head, ...sections].join("\n\n")}\n`;
}

export function pictureName({ name }: Pick<GrowthPart, "name">): string {
  return `growth-${name}.svg`;
}

/** In Markdown, which is also what people read in a terminal. */
export function tableOf({ rows, figures, xTitle, course }: GrowthPart): string {
  const head = [course === undefined ? xTitle : "", ...figures.map(({ title }) => title)];
  const cells = rows.map((row) => [row.label, ...figures.map(({ key }) => figureLabel(row.figures[key]))]);
  const widths = head.map((title, i) => Math.max(3, title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => pad(cell, widths[i] ?? 0, i)).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), line(rule), ...cells.map(line)].join("\n");
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** Three figures that count; whole numbers as they are. */
export function figureLabel(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(+value.toPrecision(3));
}
