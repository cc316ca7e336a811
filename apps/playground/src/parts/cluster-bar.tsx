import type { JSX } from "preact";
import { startOptions } from "../state/address.ts";
import type { AppState } from "../state/app-state.ts";
import { doing } from "../state/doing.ts";
import { Icon } from "./icon.tsx";

const SIZES = [3, 5, 7] as const;

/** Above the ring: how many nodes, and what is done most. */
export function ClusterBar({ app }: { readonly app: AppState }): JSX.Element {
  const texts = app.texts.value;
  const session = app.world.value.session();
  if (session === undefined) return <RecordingBar app={app} />;
  return (
    <div class="cluster-bar">
      <fieldset class="choice">
        <legend>{texts.nodes}</legend>
        {SIZES.map((nodes) => (
          <button
            key={nodes}
            type="button"
            aria-pressed={session.nodes === nodes}
            onClick={() => void app.renew({ ...startOptions, seed: session.seed, nodes })}
          >
            {nodes}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        class="is-icon"
        title={texts.startOver}
        aria-label={texts.startOver}
        onClick={() => void app.startOver()}
      >
        <Icon name="restart" />
      </button>
      <span class="spacer" />
      {app.view.value.cuts.length > 0 ? (
        <button type="button" class="is-bad" onClick={() => void app.act({ type: "heal-all" })}>
          <Icon name="link" />
          {texts.healAll}
        </button>
      ) : null}
      <button
        type="button"
        class="is-accent"
        data-part="propose"
        title={texts.proposeHint}
        onClick={() => void doing(app, (deeds) => deeds.propose(app))}
      >
        <Icon name="plus" />
        {texts.propose}
      </button>
    </div>
  );
}

/** Nothing can be done to what was recorded; there is a way out. */
function RecordingBar({ app }: { readonly app: AppState }): JSX.Element {
  const { recording, startOver } = app.texts.value;
  return (
    <div class="cluster-bar">
      <strong role="note">{recording}</strong>
      <span class="spacer" />
      <button type="button" onClick={() => void app.startOver()}>
        <Icon name="restart" />
        {startOver}
      </button>
    </div>
  );
}
