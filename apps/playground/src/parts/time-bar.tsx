import { useComputed } from "@preact/signals";
import { TimeLine, secondsText } from "@quorate/drawing";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { speeds } from "../state/player.ts";
import { Icon, type IconName } from "./icon.tsx";

/** Below everything: play, step, speed, and the way back. */
export function TimeBar({ app }: { readonly app: AppState }): JSX.Element {
  const { time } = app.texts.value;
  const { player } = app;
  const isPlaying = player.isPlaying.value;
  const seek = (atMs: number): void => app.seek(atMs);
  return (
    <footer class="card time-bar" data-part="time-line" aria-label={time.label}>
      <div class="time-controls">
        <Button isEdge icon="start" label={time.toStart} onClick={() => seek(0)} />
        <Button icon="back" label={`${time.stepBack} (,)`} onClick={() => void app.stepBack()} />
        <button
          type="button"
          class="is-accent play"
          aria-label={isPlaying ? time.pause : time.play}
          data-part="play"
          onClick={() => player.toggle()}
        >
          <Icon name={isPlaying ? "pause" : "play"} />
        </button>
        <Button icon="forward" label={`${time.stepForward} (.)`} onClick={() => void app.stepForward()} />
        <Button isEdge icon="present" label={time.toPresent} onClick={() => seek(app.presentMs.peek())} />
        <Speed app={app} />
        <Clock app={app} />
      </div>
      <TimeLine nowMs={app.nowMs} presentMs={app.presentMs} marks={app.marks} texts={app.drawingTexts} onSeek={seek} />
    </footer>
  );
}

function Button(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly isEdge?: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class={props.isEdge === true ? "is-icon is-edge" : "is-icon"}
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}

export function speedText(speed: number): string {
  return speed < 1 ? `1/${Math.round(1 / speed)}×` : `${speed}×`;
}

function Speed({ app }: { readonly app: AppState }): JSX.Element {
  const { speed } = app.player;
  const words = speedText(speeds[speed.value] ?? 1);
  return (
    <label class="speed">
      <span>{app.texts.value.time.speed}</span>
      <input
        type="range"
        min={0}
        max={speeds.length - 1}
        value={speed.value}
        aria-valuetext={words}
        onInput={(event) => (speed.value = Number(event.currentTarget.value))}
      />
      <output>{words}</output>
    </label>
  );
}

/** The moment that is shown; written without drawing anything else anew. */
function Clock({ app }: { readonly app: AppState }): JSX.Element {
  const seconds = useComputed(() => app.texts.value.time.seconds(secondsText(app.clockMs.value)));
  const step = useComputed(() => {
    void app.clockMs.value;
    return app.texts.value.time.step(
      app.player.isPlaying.value ? app.world.value.step.peek() : app.world.value.step.value,
    );
  });
  const isPast = useComputed(() => app.world.value.isPast.value);
  return (
    <div class="clock">
      <strong>{seconds}</strong>
      <span class="clock-step">{step}</span>
      {isPast.value && !app.player.isPlaying.value ? <span class="clock-past">{app.texts.value.time.past}</span> : null}
    </div>
  );
}
