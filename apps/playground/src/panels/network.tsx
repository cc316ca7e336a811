import { type LabOptions, labDefaults } from "@quorate/cluster-lab";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { clusterTexts } from "./cluster-texts.ts";

const DELAYS: readonly (readonly [minMs: number, maxMs: number])[] = [
  [1, 3],
  [10, 20],
  [15, 35],
  [40, 80],
  [100, 200],
  [200, 600],
];
const RATES = [0, 0.02, 0.1, 0.25, 0.5] as const;

type Conditions = Pick<LabOptions, "delayMinMs" | "delayMaxMs" | "dropRate" | "duplicateRate">;

/** What links do to messages: the options of the cluster and every change since. */
export function conditionsOf(app: AppState): Conditions {
  const { world } = app;
  const { options = labDefaults, step } = world.value;
  let now: Conditions = options;
  for (const { step: at, action } of world.value.session()?.actions ?? []) {
    if (at > step.value || action.type !== "link" || action.from !== undefined) continue;
    const { delayMinMs, delayMaxMs, dropRate, duplicateRate } = action;
    now = {
      delayMinMs: delayMinMs ?? now.delayMinMs,
      delayMaxMs: delayMaxMs ?? now.delayMaxMs,
      dropRate: dropRate ?? now.dropRate,
      duplicateRate: duplicateRate ?? now.duplicateRate,
    };
  }
  return now;
}

/** Delay, loss and duplication of every link. */
export function Network({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clusterTexts[app.settings.language.value];
  const { delayMinMs, delayMaxMs, dropRate, duplicateRate } = conditionsOf(app);
  const delay = `${delayMinMs} ${delayMaxMs}`;
  const delays = DELAYS.some((pair) => pair.join(" ") === delay)
    ? DELAYS
    : [...DELAYS, [delayMinMs, delayMaxMs] as const];
  return (
    <div class="actions">
      <label class="inline">
        {texts.delay}
        <select
          value={delay}
          onChange={(event) => {
            const [min = 0, max = 0] = event.currentTarget.value.split(" ").map(Number);
            void app.act({ type: "link", delayMinMs: min, delayMaxMs: max });
          }}
        >
          {delays.map(([min, max]) => (
            <option key={`${min} ${max}`} value={`${min} ${max}`}>
              {texts.milliseconds(min, max)}
            </option>
          ))}
        </select>
      </label>
      <Share label={texts.loss} value={dropRate} onChange={(rate) => void app.act({ type: "link", dropRate: rate })} />
      <Share
        label={texts.duplicates}
        value={duplicateRate}
        onChange={(rate) => void app.act({ type: "link", duplicateRate: rate })}
      />
    </div>
  );
}

function Share(props: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (rate: number) => void;
}): JSX.Element {
  const rates = [...new Set<number>([...RATES, props.value])].toSorted((a, b) => a - b);
  return (
    <label class="inline">
      {props.label}
      <select value={String(props.value)} onChange={(event) => props.onChange(Number(event.currentTarget.value))}>
        {rates.map((rate) => (
          <option key={rate} value={String(rate)}>
            {Math.round(rate * 100)} %
          </option>
        ))}
      </select>
    </label>
  );
}
