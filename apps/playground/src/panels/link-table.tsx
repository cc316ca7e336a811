import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { clusterTexts } from "./cluster-texts.ts";

/** Every direction of every link, each a switch. */
export function LinkTable({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clusterTexts[app.settings.language.value];
  const { nodes, cuts } = app.calmView.value;
  const ids = nodes.map(({ id }) => id);
  const isCut = (from: NodeId, to: NodeId): boolean => cuts.some((cut) => cut.from === from && cut.to === to);
  return (
    <table class="link-table">
      <caption class="visually-hidden">{texts.linksHint}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.from} ↓ →</th>
          {ids.map((id) => (
            <th key={id} scope="col">
              {id}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ids.map((from) => (
          <tr key={from}>
            <th scope="row">{from}</th>
            {ids.map((to) => (
              <td key={to}>
                {from === to ? null : <LinkSwitch app={app} from={from} to={to} isCut={isCut(from, to)} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface LinkSwitchProps {
  readonly app: AppState;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly isCut: boolean;
}

function LinkSwitch({ app, from, to, isCut }: LinkSwitchProps): JSX.Element {
  const texts = clusterTexts[app.settings.language.value];
  return (
    <button
      type="button"
      class={isCut ? "is-cut" : ""}
      aria-pressed={isCut}
      aria-label={isCut ? texts.cut(from, to) : texts.open(from, to)}
      title={isCut ? texts.cut(from, to) : texts.open(from, to)}
      onClick={() => void app.act({ type: isCut ? "heal" : "cut", from, to })}
    >
      {isCut ? "✕" : "·"}
    </button>
  );
}
