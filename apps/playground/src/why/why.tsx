import { type WhyFact, whyCallWaits, whyNoLeader, whyNotCommitted, whyRole } from "@quorate/cluster-lab";
import type { ClusterView, Language } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import { callsAt } from "../panels/call-words.ts";
import { sectionWords } from "../i18n/section.ts";
import type { AppState } from "../state/app-state.ts";
import { chineseLists, chineseWhy } from "./chinese.ts";
import { englishLists, englishWhy } from "./english.ts";
import { valuesOf } from "./sentences.ts";

const sentences = { en: englishWhy, zh: chineseWhy } as const;
const lists = { en: englishLists, zh: chineseLists } as const;

const titles = {
  en: {
    role: (node: string): string => `Why is ${node} what it is?`,
    noLeader: "Why does nobody lead?",
    entry: "Why is this entry not committed?",
    entryAt: "Entry",
    call: "Why does the client still wait?",
  },
  zh: {
    role: (node: string): string => `${node} 为何是现在这样？`,
    noLeader: "为何没有领导者？",
    entry: "这个条目为何没有提交？",
    entryAt: "条目",
    call: "客户端为何还在等待？",
  },
} as const;

/** A fact of the engine, in words. */
export function sentenceOf(fact: WhyFact, nowMs: number, language: Language): string {
  return sentences[language][fact.key](valuesOf(fact, nowMs, lists[language]));
}

/** The entry to ask about: the one that was chosen, or the first that is not committed. */
export function entryAskedFor({ nodes }: ClusterView, chosen: number | undefined): number | undefined {
  const last = Math.max(0, ...nodes.map(({ log }) => log.lastIndex));
  if (chosen !== undefined && chosen >= 1 && chosen <= last) return chosen;
  const committed = Math.max(0, ...nodes.map(({ commitIndex }) => commitIndex));
  return last > committed ? committed + 1 : undefined;
}

/** Says in words why things are as they are: the node, the leader that is missing, the entry that is waited for. */
export function Why({ app, node }: { readonly app: AppState; readonly node: NodeId }): JSX.Element {
  const view = app.calmView.value;
  const words = titles[app.settings.language.value];
  const { checkQuorum, electionTimeoutMaxMs } = app.world.value.options ?? {};
  const waiting = callsAt(app.world.value.calls.value, view.nowMs).find(({ state }) => state === "waiting");
  const index = entryAskedFor(view, app.entry.value);
  return (
    <div class="why" data-part="why">
      <h2>{words.role(node)}</h2>
      <Facts app={app} facts={whyRole(view, node, { checkQuorum, electionTimeoutMaxMs })} />
      <Section app={app} title={words.noLeader} facts={whyNoLeader(view)} />
      <Section app={app} title={words.call} facts={waiting === undefined ? [] : whyCallWaits(view, waiting)} />
      {index === undefined ? null : (
        <>
          <h2>
            {words.entry}
            <label class="inline">
              {words.entryAt}
              <input
                type="number"
                min={1}
                value={index}
                onInput={(event) => (app.entry.value = event.currentTarget.valueAsNumber || undefined)}
              />
            </label>
          </h2>
          <Facts app={app} facts={whyNotCommitted(view, index)} />
        </>
      )}
    </div>
  );
}

function Section(props: {
  readonly app: AppState;
  readonly title: string;
  readonly facts: readonly WhyFact[];
}): JSX.Element | null {
  if (props.facts.length === 0) return null;
  return (
    <>
      <h2>{props.title}</h2>
      <Facts app={props.app} facts={props.facts} />
    </>
  );
}

function Facts({ app, facts }: { readonly app: AppState; readonly facts: readonly WhyFact[] }): JSX.Element {
  const { nowMs } = app.calmView.value;
  const language = app.settings.language.value;
  return (
    <ul class="why-facts">
      {facts.map((fact) => (
        <li key={`${fact.key} ${fact.node ?? ""}`}>
          {sentenceOf(fact, nowMs, language)} <span class="section">{sectionWords(fact.section, language)}</span>
        </li>
      ))}
    </ul>
  );
}
