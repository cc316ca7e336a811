import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { DrawingTexts } from "./i18n/english.ts";
import { markKinds, markPaths } from "./look/mark-look.ts";
import { lookOfType, messagePaths, messageTypes } from "./look/message-look.ts";
import { type Appearance, type NodeShape, roleLooks } from "./look/role-look.ts";
import { polygonPoints } from "./ring/geometry.ts";

const APPEARANCES: readonly Appearance[] = [
  "follower",
  "pre-candidate",
  "candidate",
  "leader",
  "learner",
  "down",
  "paused",
  "failed",
];

/** What every shape and colour of the drawing means. */
export function Legend({ texts }: { readonly texts: ReadonlySignal<DrawingTexts> }): JSX.Element {
  const { legend, roles, messages, marks, time } = texts.value;
  return (
    <div class="legend" aria-label={legend.label} role="group">
      <Section title={legend.nodes}>
        {APPEARANCES.map((appearance) => (
          <Item key={appearance} words={roles[appearance]}>
            <g class={`ring-node appears-${appearance}`}>
              <Shape shape={roleLooks[appearance].shape} />
              <text class="legend-letter" y={4}>
                {roleLooks[appearance].letter}
              </text>
            </g>
          </Item>
        ))}
        <Item words={legend.timer}>
          <circle class="ring-node-timer-track" r={8} />
          <circle class="legend-timer" r={8} pathLength={1} stroke-dasharray="0.6 2" transform="rotate(-90)" />
        </Item>
        <Item words={legend.cutBoth}>
          <line class="legend-cut" x1={-10} x2={10} />
          <path class="legend-cross" d="M-4 -4 L4 4 M4 -4 L-4 4" />
        </Item>
      </Section>
      <Section title={legend.messages}>
        {messageTypes.map((type) => (
          <Item key={type} words={messages[type]}>
            <Message type={type} />
          </Item>
        ))}
        <Item words={legend.hollow}>
          <circle class="legend-hollow" r={6} />
          <path class="legend-hollow" d="M-6 6 L6 -6" />
        </Item>
      </Section>
      <Section title={legend.logs}>
        <Swatch class="is-committed is-applied" words={`${legend.committed}; ✓ ${legend.applied}`} />
        <Swatch class="" words={legend.notCommitted} />
        <Swatch class="is-not-durable" words={legend.notDurable} />
        <li>
          <span class="legend-term" aria-hidden="true">
            {[0, 1, 2, 3].map((term) => (
              <i key={term} class={`term-${term}`} />
            ))}
          </span>
          {legend.term}
        </li>
      </Section>
      <Section title={time.label}>
        {markKinds.map((kind) => (
          <Item key={kind} words={marks[kind]}>
            <path class={`time-mark is-${kind}`} d={markPaths[kind]} />
          </Item>
        ))}
      </Section>
    </div>
  );
}

function Section(props: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h3>{props.title}</h3>
      <ul>{props.children}</ul>
    </section>
  );
}

function Item(props: { readonly words: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <li>
      <svg viewBox="-12 -12 24 24" aria-hidden="true">
        {props.children}
      </svg>
      {props.words}
    </li>
  );
}

function Swatch(props: { readonly class: string; readonly words: string }): JSX.Element {
  return (
    <li>
      <span class={`log-entry term-1 legend-swatch ${props.class}`} aria-hidden="true" />
      {props.words}
    </li>
  );
}

function Shape({ shape }: { readonly shape: NodeShape }): JSX.Element {
  if (shape === "circle") return <circle class="ring-node-shape" r={9} />;
  if (shape === "square") return <rect class="ring-node-shape" x={-8} y={-8} width={16} height={16} rx={2} />;
  return <polygon class="ring-node-shape" points={polygonPoints(shape === "diamond" ? 4 : 6, 10.5)} />;
}

function Message({ type }: { readonly type: (typeof messageTypes)[number] }): JSX.Element {
  const { shape, color, hollow } = lookOfType(type);
  const style = hollow ? { stroke: `var(${color})`, fill: "none" } : { stroke: `var(${color})`, fill: `var(${color})` };
  return <path class="legend-message" style={style} d={messagePaths[shape]} />;
}
