import { Logs, Ring } from "@quorate/drawing";
import type { JSX } from "preact";
import { ClusterBar } from "./parts/cluster-bar.tsx";
import { Lazy, type Part } from "./parts/lazy.tsx";
import { Header } from "./parts/header.tsx";
import { useKeyboard } from "./parts/keyboard.ts";
import { Notices } from "./parts/notices.tsx";
import { Panels } from "./parts/panels.tsx";
import { TimeBar } from "./parts/time-bar.tsx";
import type { AppState } from "./state/app-state.ts";
import { doing } from "./state/doing.ts";

const help = async (): Promise<Part> => (await import("./parts/help.tsx")).Help;
const violationBar = async (): Promise<Part> => (await import("./parts/violation-bar.tsx")).ViolationBar;
const share = async (): Promise<Part> => (await import("./share/share.tsx")).Share;

/** The page: the ring, the logs, a panel, and time below. */
export function App({ app }: { readonly app: AppState }): JSX.Element {
  useKeyboard(app);
  const isInLesson = app.panel.value === "lesson" && app.lesson.value !== undefined;
  return (
    <div class={isInLesson ? "page in-lesson" : "page"}>
      <Header app={app} />
      {app.violation.value === undefined ? null : <Lazy app={app} load={violationBar} />}
      <main class="stage">
        <section class="card ring-card" aria-label={app.drawingTexts.value.ring.label}>
          <ClusterBar app={app} />
          <Ring
            view={app.view}
            texts={app.drawingTexts}
            selected={app.selected}
            onSelect={(id) => app.select(id)}
            highlighted={app.highlights}
            onCut={(links) => void doing(app, (deeds) => deeds.cutOrHeal(app, links))}
            onLink={(link) => void doing(app, (deeds) => deeds.turnLink(app, link))}
          />
          {app.world.value.options === undefined ? null : <p class="ring-hint">{app.texts.value.hint}</p>}
        </section>
        <section class="card logs-card" data-part="logs" aria-label={app.drawingTexts.value.logs.label}>
          <Logs
            view={app.view}
            texts={app.drawingTexts}
            selected={app.selected}
            onSelect={(id) => app.select(id)}
            onEntry={(index) => app.askAbout(index)}
          />
        </section>
        <Panels app={app} />
      </main>
      <TimeBar app={app} />
      <Notices app={app} />
      {app.isHelpOpen.value ? <Lazy app={app} load={help} /> : null}
      {app.isShareOpen.value ? <Lazy app={app} load={share} /> : null}
    </div>
  );
}
