import { useSignal } from "@preact/signals";
import { vitestFileOf } from "@quorate/cluster-lab";
import type { Language, Translation } from "@quorate/drawing";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { fragmentOf } from "../state/address.ts";
import type { AppState } from "../state/app-state.ts";
import { linkText } from "./session-link.ts";

const english = {
  title: "Share",
  link: "Link to this moment",
  linkHint: "The whole situation is in the link: the seed and everything that you did. Nothing is stored anywhere.",
  copy: "Copy",
  copied: "Copied",
  test: "As a test",
  testHint:
    "A file for Vitest that plays the same history and expects the same end. Put it into a package that depends on @quorate/cluster-lab and vitest (here: packages/cluster-lab/test) and run npx vitest run quorate.test.ts there.",
  download: "Download",
  embed: "In a page of yours",
  embedHint:
    "Serve the files of this page at the same place of your site, then (800 px high, unless your style says otherwise):",
  trace: "Open a trace file",
  traceHint: "Of the simulator: npm run simulate -- --seed 1 --trace FILE",
  badTrace: (reason: string): string => `This is no trace file: ${reason}`,
  noSession: "A recording cannot be shared: send its trace file instead.",
};

const chinese: Translation<typeof english> = {
  title: "分享",
  link: "指向这一刻的链接",
  linkHint: "整个情景都在链接里：种子，以及你做过的一切。任何地方都不存储。",
  copy: "复制",
  copied: "已复制",
  test: "导出为测试",
  testHint:
    "一个 Vitest 文件，重放同样的历史并期待同样的结局。请把它放进依赖 @quorate/cluster-lab 和 vitest 的包（在本仓库中是 packages/cluster-lab/test），然后在那里运行 npx vitest run quorate.test.ts。",
  download: "下载",
  embed: "放进你的网页",
  embedHint: "在你的网站的同一位置部署本页的文件，然后（高 800 像素，除非你的样式另有规定）：",
  trace: "打开跟踪文件",
  traceHint: "来自模拟器：npm run simulate -- --seed 1 --trace FILE",
  badTrace: (reason) => `这不是跟踪文件：${reason}`,
  noSession: "录像无法分享：请直接发送其跟踪文件。",
};

const shareTexts: Readonly<Record<Language, typeof english>> = { en: english, zh: chinese };

/** The situation as a link, as a test and as an element; and the way in for a recording. */
export function Share({ app }: { readonly app: AppState }): JSX.Element {
  const texts = shareTexts[app.settings.language.value];
  const link = useSignal("");
  const test = useSignal("");
  const embed = useSignal("");
  useEffect(() => {
    app.player.pause();
    const session = app.world.peek().session();
    if (session === undefined) return;
    test.value = vitestFileOf(session, { invariant: app.violation.peek()?.invariant });
    void linkText(session).then((text) => {
      link.value = new URL(fragmentOf(text), location.href).href;
      embed.value = `<script type="module" src="${new URL("embed.js", location.href).pathname}"></script>\n<quorate-playground session="${text}"></quorate-playground>`;
    });
  }, [app, link, test, embed]);
  return (
    <Dialog isOpen={app.isShareOpen} title={texts.title} close={app.texts.value.close}>
      {app.world.value.options === undefined ? (
        <p>{texts.noSession}</p>
      ) : (
        <>
          <Piece app={app} title={texts.link} hint={texts.linkHint} text={link.value} rows={2} />
          <Piece app={app} title={texts.test} hint={texts.testHint} text={test.value} rows={6} file="quorate.test.ts" />
          <Piece app={app} title={texts.embed} hint={texts.embedHint} text={embed.value} rows={3} />
        </>
      )}
      <OpenTrace app={app} />
    </Dialog>
  );
}

interface PieceProps {
  readonly app: AppState;
  readonly title: string;
  readonly hint: string;
  readonly text: string;
  readonly rows: number;
  readonly file?: string;
}

function Piece({ app, title, hint, text, rows, file }: PieceProps): JSX.Element {
  const texts = shareTexts[app.settings.language.value];
  const isCopied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    isCopied.value = true;
  };
  return (
    <section class="piece">
      <h3>{title}</h3>
      <p class="soft">{hint}</p>
      <textarea
        readOnly
        rows={rows}
        value={text}
        aria-label={title}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="actions">
        <button type="button" class="is-accent" onClick={() => void copy()}>
          {isCopied.value ? texts.copied : texts.copy}
        </button>
        {file === undefined ? null : (
          <button type="button" onClick={() => save(text, file)}>
            {texts.download}
          </button>
        )}
      </div>
    </section>
  );
}

function save(text: string, file: string): void {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  anchor.download = file;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}

function OpenTrace({ app }: { readonly app: AppState }): JSX.Element {
  const texts = shareTexts[app.settings.language.value];
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      const { TraceScene } = await import("../state/trace-scene.ts");
      app.replace(await TraceScene.open(file));
      app.isShareOpen.value = false;
      app.panel.value = "node";
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      app.notice.value = { text: texts.badTrace(reason), isBad: true };
    }
  };
  return (
    <section class="piece">
      <h3>{texts.trace}</h3>
      <p class="soft">{texts.traceHint}</p>
      <input
        type="file"
        aria-label={texts.trace}
        data-part="trace-file"
        onChange={(event) => void open(event.currentTarget.files?.[0])}
      />
    </section>
  );
}
