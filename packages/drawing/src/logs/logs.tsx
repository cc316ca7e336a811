import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { DrawingTexts } from "../i18n/english.ts";
import type { ClusterView } from "../view/cluster-view.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { LogRow } from "./log-row.tsx";

export interface LogsProps {
  readonly view: ReadonlySignal<ClusterView>;
  readonly texts: ReadonlySignal<DrawingTexts>;
  readonly selected: ReadonlySignal<NodeId | undefined>;
  readonly onSelect: (id: NodeId) => void;
  /** An entry was pointed at. */
  readonly onEntry?: ((index: number) => void) | undefined;
}

/** As theme.css has them. */
const HEAD_WIDTH = 62;
const CELL_WIDTH = 46;
const CAPACITY_START = 12;

/** A row per node, a column per index; as many columns as there is room for, the newest last. */
export function Logs({ view, texts, selected, onSelect, onEntry }: LogsProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const capacity = useSignal(CAPACITY_START);
  const end = useSignal<number | undefined>(undefined);
  const columns = useSameColumns(useComputed(() => columnsOf(view.value, capacity.value, end.value)));
  const idsText = useComputed(() => view.value.nodes.map((node) => node.id).join("\n"));

  useEffect(() => {
    const element = frame.current;
    if (element === null || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(() => {
      capacity.value = Math.max(3, Math.floor((element.clientWidth - HEAD_WIDTH) / CELL_WIDTH));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [capacity]);

  const turn = (by: number): void => {
    const { last, hasLater } = columns.peek();
    const next = last + by;
    end.value = by > 0 && !hasLater ? undefined : next;
    if (by > 0 && next >= Math.max(...view.peek().nodes.map(({ log }) => log.lastIndex))) end.value = undefined;
  };
  const { logs } = texts.value;
  const { first, last, hasEarlier, hasLater } = columns.value;
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, position) => first + position);
  return (
    <div class="logs" ref={frame}>
      <table style={{ width: `${HEAD_WIDTH + indexes.length * CELL_WIDTH}px` }}>
        <caption class="visually-hidden">{logs.label}</caption>
        <thead>
          <tr>
            <th scope="col">
              <Turner
                sign="‹"
                label={logs.earlier}
                isOpen={hasEarlier}
                onTurn={() => turn(-Math.ceil(capacity.peek() / 2))}
              />
              <span class="visually-hidden">{logs.index}</span>
              <Turner
                sign="›"
                label={logs.later}
                isOpen={hasLater}
                onTurn={() => turn(Math.ceil(capacity.peek() / 2))}
              />
            </th>
            {indexes.map((index) => (
              <th key={index} scope="col">
                {index}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {idsText.value.split("\n").map((id) => (
            <LogRowOf key={id} id={id} {...{ view, columns, texts, selected, onSelect, onEntry }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Turner(props: {
  readonly sign: string;
  readonly label: string;
  readonly isOpen: boolean;
  readonly onTurn: () => void;
}): JSX.Element {
  return (
    <button type="button" class="logs-turn" aria-label={props.label} disabled={!props.isOpen} onClick={props.onTurn}>
      {props.sign}
    </button>
  );
}

function LogRowOf(props: LogsProps & { readonly id: NodeId; readonly columns: ReadonlySignal<Columns> }): JSX.Element {
  const { selected, ...rest } = props;
  const isSelected = useComputed(() => selected.value === props.id);
  return <LogRow {...rest} isSelected={isSelected} />;
}

/** The same object for as long as the columns are the same. */
function useSameColumns(columns: ReadonlySignal<Columns>): ReadonlySignal<Columns> {
  const before = useRef<Columns>(undefined);
  return useComputed(() => {
    const now = columns.value;
    const then = before.current;
    const isSame =
      then !== undefined &&
      (["first", "last", "hasEarlier", "hasLater"] as const).every((key) => then[key] === now[key]);
    if (!isSame) before.current = now;
    return isSame ? then : now;
  });
}
