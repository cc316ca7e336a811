import type { Action } from "@quorate/cluster-lab";
import type { NodeView } from "@quorate/drawing";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { nodeTexts } from "./node-texts.ts";

const CLOCK_RATES = [0.25, 0.5, 0.8, 1, 1.25, 2, 4] as const;

export function NodeActions({ app, node }: { readonly app: AppState; readonly node: NodeView }): JSX.Element {
  const texts = nodeTexts[app.settings.language.value];
  const { id, condition } = node;
  const isDown = condition === "down" || condition === "failed";
  const leads = node.role === "leader" && condition === "up";
  const button = (words: string, hint: string, action: Action, isDisabled = false): JSX.Element => (
    <button
      type="button"
      title={hint}
      disabled={isDisabled}
      data-part={action.type}
      onClick={() => void app.act(action)}
    >
      {words}
    </button>
  );
  return (
    <div class="actions" role="group" aria-label={texts.actions}>
      {isDown
        ? button(texts.restart, texts.restartHint, { type: "restart", node: id })
        : button(texts.kill, texts.killHint, { type: "kill", node: id })}
      {button(texts.wipe, texts.wipeHint, { type: "wipe", node: id })}
      {condition === "paused"
        ? button(texts.resume, texts.pauseHint, { type: "resume", node: id })
        : button(texts.pause, texts.pauseHint, { type: "pause", node: id }, isDown)}
      {button(texts.election, texts.electionHint, { type: "force-election", node: id }, isDown || leads)}
      {button(texts.compact, texts.compactHint, { type: "compact", node: id }, isDown)}
      {leads
        ? button(texts.transfer, texts.transferHint, { type: "transfer" })
        : button(texts.transferHere, texts.transferHint, { type: "transfer", to: id }, isDown)}
      <label class="inline">
        {texts.speed}
        <select
          value={String(node.clockRate ?? 1)}
          onChange={(event) => void app.act({ type: "clock", node: id, rate: Number(event.currentTarget.value) })}
        >
          {CLOCK_RATES.map((rate) => (
            <option key={rate} value={String(rate)}>
              {rate}×
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
