import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { DrawingTexts } from "../i18n/english.ts";
import { termClass } from "../look/term-look.ts";
import type { TimeMark } from "../view/time-mark.ts";
import { bandsOf, neighbour, sparse } from "./bands.ts";
import { Future, PlayHead } from "./moving.tsx";
import { TimeMarks } from "./time-marks.tsx";
import { type TimeScale, labelTimes, secondsText, timeAt, timeScale, xOf } from "./scale.ts";

export interface TimeLineProps {
  /** The moment that is shown. */
  readonly nowMs: ReadonlySignal<number>;
  /** How far the history goes. */
  readonly presentMs: ReadonlySignal<number>;
  /** In the order of time. */
  readonly marks: ReadonlySignal<readonly TimeMark[]>;
  readonly texts: ReadonlySignal<DrawingTexts>;
  readonly onSeek: (atMs: number) => void;
}

const WIDTH_START = 800;
const HEIGHT = 62;
const STEP_MS = 10;

/** The history with what is worth finding again. A pointer or the keyboard goes to any moment of it. */
export function TimeLine({ nowMs, presentMs, marks, texts, onSeek }: TimeLineProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(WIDTH_START);
  const hover = useSignal<number | undefined>(undefined);
  const endMs = useComputed(() => timeScale(presentMs.value, 1).endMs);
  const scale = useComputed(() => ({ endMs: endMs.value, width: width.value }));

  useEffect(() => {
    const element = frame.current;
    if (element === null || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(() => (width.value = element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [width]);

  const seek = (atMs: number): void => onSeek(Math.min(presentMs.peek(), Math.max(0, atMs)));
  const timeOf = (event: PointerEvent): number => {
    const left = frame.current?.getBoundingClientRect().left ?? 0;
    return timeAt(scale.peek(), event.clientX - left);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = keyTarget(event, { nowMs: nowMs.peek(), presentMs: presentMs.peek(), marks: marks.peek() });
    if (to === undefined) return;
    seek(to);
    event.preventDefault();
    event.stopPropagation();
  };
  const { time } = texts.value;
  return (
    <div
      ref={frame}
      class="time-line"
      role="slider"
      tabindex={0}
      aria-label={`${time.label}. ${time.keys}`}
      aria-valuemin={0}
      aria-valuemax={useComputed(() => Math.round(presentMs.value))}
      aria-valuenow={useComputed(() => Math.round(nowMs.value))}
      aria-valuetext={useComputed(() => texts.value.time.at(secondsText(nowMs.value)))}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(timeOf(event));
      }}
      onPointerMove={(event) => {
        hover.value = timeOf(event);
        if (event.buttons === 1) seek(timeOf(event));
      }}
      onPointerLeave={() => (hover.value = undefined)}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <Background scale={scale} marks={marks} />
        <TimeMarks scale={scale} marks={marks} texts={texts} />
      </svg>
      <Future scale={scale} presentMs={presentMs} />
      <PlayHead scale={scale} nowMs={nowMs} />
      <Bubble hover={hover} scale={scale} presentMs={presentMs} marks={marks} texts={texts} />
    </div>
  );
}

interface Moment {
  readonly nowMs: number;
  readonly presentMs: number;
  readonly marks: readonly TimeMark[];
}

function keyTarget(event: KeyboardEvent, { nowMs, presentMs, marks }: Moment): number | undefined {
  const stepMs = event.shiftKey ? 10 * STEP_MS : STEP_MS;
  if (event.key === "ArrowLeft" || event.key === "ArrowDown") return nowMs - stepMs;
  if (event.key === "ArrowRight" || event.key === "ArrowUp") return nowMs + stepMs;
  if (event.key === "Home") return 0;
  if (event.key === "End") return presentMs;
  if (event.key === "PageUp") return neighbour(marks, nowMs, -1)?.atMs ?? 0;
  if (event.key === "PageDown") return neighbour(marks, nowMs, 1)?.atMs ?? presentMs;
  return undefined;
}

type BackgroundProps = Pick<TimeLineProps, "marks"> & { readonly scale: ReadonlySignal<TimeScale> };

/** Who led, as bands in the colours of the terms, and the seconds below. */
function Background({ scale, marks }: BackgroundProps): JSX.Element {
  const leads = useComputed(() => bandsOf(marks.value, scale.value.endMs));
  const at = scale.value;
  return (
    <>
      <rect class="time-track" x={0} y={6} width={at.width} height={36} rx={5} />
      {leads.value.map(({ fromMs, toMs, leader, term }) => {
        const [x, end] = [xOf(at, fromMs), Math.min(at.width, xOf(at, toMs))];
        return (
          <g key={fromMs} class={`time-band ${termClass(term)}`}>
            <rect x={x} y={6} width={Math.max(0, end - x)} height={14} />
            {end - x > 26 ? (
              <text x={x + 5} y={17}>
                {end - x > 60 ? `${leader} · ${term}` : leader}
              </text>
            ) : null}
          </g>
        );
      })}
      {labelTimes(at).map((atMs) => (
        <g key={atMs} class="time-label" transform={`translate(${xOf(at, atMs).toFixed(1)} 0)`}>
          <line y1={42} y2={46} />
          <text y={57} class={atMs === 0 ? "is-first" : atMs >= at.endMs ? "is-last" : ""}>
            {secondsText(atMs, atMs % 1000 === 0 ? 0 : 1)} s
          </text>
        </g>
      ))}
    </>
  );
}

/** What other languages say of a mark behind its kind: whose it is, and which entry or term. */
function markDetail({ node, term, values }: TimeMark): string {
  const index = values?.["index"];
  return [node, term === undefined ? undefined : `T${term}`, index === undefined ? undefined : `#${index}`]
    .filter((part) => part !== undefined)
    .join(" ");
}

const NEAR = 6;

/** What the pointer is at: the moment, and the mark there. */
function Bubble(
  props: Omit<TimeLineProps, "onSeek" | "nowMs"> & {
    readonly hover: ReadonlySignal<number | undefined>;
    readonly scale: ReadonlySignal<TimeScale>;
  },
): JSX.Element | null {
  const at = props.hover.value;
  if (at === undefined || at < 0 || at > props.presentMs.value) return null;
  const scale = props.scale.value;
  const near = props.marks.value.filter((mark) => Math.abs(xOf(scale, mark.atMs) - xOf(scale, at)) <= NEAR);
  const x = xOf(scale, at);
  const side = x > scale.width / 2 ? "is-left" : "is-right";
  const { marks, time } = props.texts.value;
  const shown = sparse(near, () => 0, 1).slice(0, 4);
  return (
    <div class={`time-bubble ${side}`} style={{ left: `${x}px` }}>
      <strong>{time.at(secondsText(at))}</strong>
      {shown.map((mark) => (
        <span key={`${mark.kind} ${mark.atMs} ${mark.node ?? ""}`}>
          {time.mark(marks[mark.kind], markDetail(mark), mark.text)}
        </span>
      ))}
    </div>
  );
}
