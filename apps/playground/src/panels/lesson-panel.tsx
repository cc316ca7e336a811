import type { Language, Translation } from "@quorate/drawing";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { sectionWords } from "../i18n/section.ts";
import { catalog } from "../lessons/catalog.ts";
import type { LessonRunner } from "../lessons/runner.ts";
import { bringIntoSight } from "../parts/bring-into-sight.ts";
import { LessonText } from "../lessons/lesson-text.tsx";
import type { AppState } from "../state/app-state.ts";

const english = {
  intro: "Short guided scenarios, on real nodes. Do what you like in between: every lesson can be begun again.",
  step: (at: number, of: number): string => `${at} of ${of}`,
  next: "Next",
  back: "Back",
  again: "Begin again",
  toList: "All lessons",
  waiting: "Watch what happens …",
  yourTurn: "Your turn:",
  lost: "What this step waits for does not happen any more: things have gone another way.",
  stepAgain: "This step again",
  nextLesson: "Next lesson",
  prepared: "The logs begin with what was there before the lesson: x=2.1 is the entry of index 2 and term 1.",
};

const chinese: Translation<typeof english> = {
  intro: "在真实节点上的简短引导。中途可以随意操作：每一课都能重新开始。",
  step: (at, of) => `${at} / ${of}`,
  next: "下一步",
  back: "上一步",
  again: "重新开始",
  toList: "全部课程",
  waiting: "请看会发生什么……",
  yourTurn: "轮到你了：",
  lost: "这一步所等待的事不会再发生：事情已走上另一条路。",
  stepAgain: "重做这一步",
  nextLesson: "下一课",
  prepared: "日志以本课之前就有的内容开头：x=2.1 表示索引 2、任期 1 的条目。",
};

const lessonTexts: Readonly<Record<Language, typeof english>> = { en: english, zh: chinese };

/** The list of lessons, or the step of the one that was begun. */
export function LessonPanel({ app }: { readonly app: AppState }): JSX.Element {
  const runner = app.lesson.value;
  const position = runner?.position.value;
  useEffect(() => bringIntoSight(runner === undefined ? ".panels" : ".stage"), [runner, position]);
  return runner === undefined ? <List app={app} /> : <Step app={app} runner={runner} />;
}

function List({ app }: { readonly app: AppState }): JSX.Element {
  const language = app.settings.language.value;
  return (
    <>
      <p class="soft">{lessonTexts[language].intro}</p>
      <ol class="lessons">
        {catalog.map(({ id, title, section }) => (
          <li key={id}>
            <button type="button" data-lesson={id} onClick={() => void app.openLesson(id)}>
              {title[language]} <span class="section">{sectionWords(section, language)}</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

function Step({ app, runner }: { readonly app: AppState; readonly runner: LessonRunner }): JSX.Element | null {
  const language = app.settings.language.value;
  const texts = lessonTexts[language];
  const { lesson } = runner;
  const position = runner.position.value;
  const step = runner.step.value;
  if (step === undefined) return null;
  const isDone = runner.isDone.value;
  const isLost = runner.isLost.value;
  const following = catalog[catalog.findIndex(({ id }) => id === lesson.id) + 1];
  return (
    <div class="lesson">
      <div class="lesson-head">
        <h2>{lesson.title[language]}</h2>
        <span class="section">{sectionWords(lesson.section, language)}</span>
        <span class="lesson-position">{texts.step(position + 1, lesson.steps.length)}</span>
        <button type="button" onClick={() => app.closeLesson()}>
          {texts.toList}
        </button>
      </div>
      <progress max={lesson.steps.length} value={position + (isDone ? 1 : 0.5)} aria-hidden="true" />
      <div class="lesson-text" aria-live="polite">
        <LessonText text={step.text[language]} names={runner.names.value} />
        {position === 0 && lesson.start.options?.logs !== undefined ? <p class="soft">{texts.prepared}</p> : null}
      </div>
      <div class="actions">
        <button type="button" disabled={position === 0} onClick={() => void runner.back()}>
          {texts.back}
        </button>
        {step.ask === undefined || isDone ? null : (
          <button type="button" class="is-accent" data-part="lesson-ask" onClick={() => void runner.doIt()}>
            {step.ask.words[language]}
          </button>
        )}
        {runner.isLast ? null : (
          <button
            type="button"
            class={isDone ? "is-accent" : ""}
            disabled={!isDone}
            data-part="lesson-next"
            onClick={() => runner.next()}
          >
            {texts.next}
          </button>
        )}
        {runner.isLast && isDone && following !== undefined ? (
          <button type="button" class="is-accent" onClick={() => void app.openLesson(following.id)}>
            {texts.nextLesson}: {following.title[language]}
          </button>
        ) : null}
        <button type="button" onClick={() => void app.openLesson(lesson.id)}>
          {texts.again}
        </button>
        {isDone || isLost ? null : <span class="soft">{step.ask === undefined ? texts.waiting : texts.yourTurn}</span>}
      </div>
      {isLost ? (
        <p class="actions" role="status">
          {texts.lost}
          <button type="button" onClick={() => void runner.again()}>
            {texts.stepAgain}
          </button>
        </p>
      ) : null}
    </div>
  );
}
