import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { DrawingTexts } from "../i18n/english.ts";
import { appearanceOf, roleLooks } from "../look/role-look.ts";
import { termClass } from "../look/term-look.ts";
import type { ClusterView } from "../view/cluster-view.ts";
import type { EntryView, FollowerView } from "../view/node-view.ts";
import { type Cell, cellsOf } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { ConflictTracer, type Traces } from "./traces.ts";

export interface LogRowProps {
  readonly id: NodeId;
  readonly view: ReadonlySignal<ClusterView>;
  readonly columns: ReadonlySignal<Columns>;
  readonly texts: ReadonlySignal<DrawingTexts>;
  readonly isSelected: ReadonlySignal<boolean>;
  readonly onSelect: (id: NodeId) => void;
  readonly onEntry?: ((index: number) => void) | undefined;
}

/** So many letters have room in a cell at their usual size. */
const ROOM = 5;

/** The log of one node. */
export function LogRow({ id, view, columns, texts, isSelected, onSelect, onEntry }: LogRowProps): JSX.Element | null {
  const nodeSignal = useComputed(() => view.value.nodes.find((node) => node.id === id));
  const followerSignal = useComputed(() => followerIn(view.value, id));
  const tracer = useRef(new ConflictTracer());
  const node = nodeSignal.value;
  if (node === undefined) return null;
  const traces = tracer.current.see(node.log, view.peek().nowMs);
  const appearance = appearanceOf(node);
  const words = texts.value;
  const draw = { words, traces, follower: followerSignal.value, onEntry };
  return (
    <tr class={`log-row appears-${appearance}${isSelected.value ? " is-selected" : ""}`}>
      <th scope="row">
        <button type="button" onClick={() => onSelect(id)} aria-pressed={isSelected.value}>
          <span class="log-row-letter" aria-hidden="true">
            {roleLooks[appearance].letter}
          </span>
          <span class="log-row-id">{id}</span>
          <span class="visually-hidden">, {words.roles[appearance]}</span>
        </button>
      </th>
      {cellsOf(node, columns.value).map((cell) => drawCell(cell, draw))}
    </tr>
  );
}

/** What the leader of the latest term knows of a node. */
export function followerIn({ nodes }: ClusterView, id: NodeId): FollowerView | undefined {
  const leaders = nodes.filter(({ condition, followers }) => condition === "up" && followers.length > 0);
  const latest = leaders.toSorted((a, b) => b.term - a.term)[0];
  return latest?.followers.find((follower) => follower.id === id);
}

interface Drawing {
  readonly words: DrawingTexts;
  readonly traces: Traces;
  readonly follower: FollowerView | undefined;
  readonly onEntry: ((index: number) => void) | undefined;
}

function drawCell(cell: Cell, drawing: Drawing): JSX.Element {
  const { logs } = drawing.words;
  if (cell.type === "snapshot") {
    const label = logs.snapshot(cell.index, cell.term);
    return (
      <td key="snapshot" class={`log-snapshot ${termClass(cell.term)}`} colSpan={cell.span} title={label}>
        <span>{cell.span > 2 ? logs.snapshotShort(cell.index) : cell.span > 1 ? `≤ ${cell.index}` : "≤"}</span>
      </td>
    );
  }
  if (cell.type === "unseen") return <td key={cell.index} class="log-unseen" />;
  if (cell.type === "entry") return drawEntry(cell, drawing);
  const ghost = drawing.traces.removed.get(cell.index);
  const marks = knowledge(cell.index, drawing.follower);
  if (ghost === undefined) return <td key={cell.index} class={`log-nothing ${marks}`} />;
  return (
    <td key={`ghost ${cell.index}`} class={`log-nothing ${marks}`}>
      <div class={`log-entry is-removed ${termClass(ghost.term)}`}>
        <span class="log-entry-text">{labelOf(ghost, drawing.words)}</span>
        <span class="log-entry-term">{ghost.term}</span>
      </div>
    </td>
  );
}

function drawEntry({ entry, marks }: Extract<Cell, { type: "entry" }>, drawing: Drawing): JSX.Element {
  const { words, traces, follower, onEntry } = drawing;
  const flash = traces.overwritten.get(entry.index);
  const states = [
    marks.isCommitted ? words.logs.committed : words.logs.notCommitted,
    ...(marks.isApplied ? [words.logs.applied] : []),
    ...(marks.isDurable ? [] : [words.logs.notDurable]),
  ];
  const classes = [
    "log-entry",
    termClass(entry.term),
    `is-${entry.kind}`,
    marks.isCommitted ? "is-committed" : "",
    marks.isApplied ? "is-applied" : "",
    marks.isDurable ? "" : "is-not-durable",
    flash === undefined ? "" : "is-overwritten",
  ];
  const text = textOf(entry, words);
  const label = labelOf(entry, words);
  const full = entry.kind === "membership" && entry.text !== "" ? `${text} ${entry.text}` : text;
  return (
    <td
      key={`${entry.index} ${flash ?? ""}`}
      class={knowledge(entry.index, follower)}
      onClick={onEntry === undefined ? undefined : () => onEntry(entry.index)}
    >
      <div
        class={classes.filter(Boolean).join(" ")}
        title={`${words.logs.entry(entry.index, entry.term, full)} (${states.join(", ")})`}
      >
        <span class={label.length > ROOM ? "log-entry-text is-long" : "log-entry-text"}>{label}</span>
        <span class="log-entry-term">{entry.term}</span>
      </div>
    </td>
  );
}

function labelOf(entry: EntryView, words: DrawingTexts): string {
  return entry.label ?? textOf(entry, words);
}

function textOf(entry: EntryView, { logs }: DrawingTexts): string {
  if (entry.kind === "no-op") return logs.noOp;
  if (entry.kind === "membership") return logs.membership;
  // There is little room, and spaces are the first that can go.
  return entry.text.replace(" = ", "=");
}

function knowledge(index: number, follower: FollowerView | undefined): string {
  if (follower === undefined) return "";
  const match = index === follower.matchIndex ? "is-match" : "";
  return index === follower.nextIndex ? `${match} is-next` : match;
}
