import { type Language, Legend, type Translation } from "@quorate/drawing";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { Dialog } from "./dialog.tsx";
import { type Shortcut, shortcuts } from "./keyboard.ts";

const english = {
  title: "Help",
  intro:
    "Every node here is the real thing: the same code that runs on servers, on a simulated network, simulated disks and virtual time. The same seed and the same actions give the same history, so you can go back to any moment.",
  keys: "Keys",
  nodes: "1 … 9",
  selectNode: "select a node",
  arrows: "← →",
  arrowsHint: "in the ring: from node to node; on the time line: back and forth; in the tabs: from panel to panel",
  space: "Space",
  shortcuts: {
    play: "play, pause",
    stepForward: "one event forward",
    stepBack: "one event back",
    slower: "slower",
    faster: "faster",
    propose: "propose a value",
    kill: "kill or restart the selected node",
    pause: "pause or resume the selected node",
    election: "force an election of the selected node",
    compact: "compact the log of the selected node",
    heal: "heal all links",
    lessons: "lessons",
    share: "share",
    help: "this help",
  } satisfies Record<Shortcut, string>,
};

const chinese: Translation<typeof english> = {
  title: "帮助",
  intro:
    "这里的每个节点都是真的：与服务器上运行的代码相同，只是网络和磁盘是模拟的，时间是虚拟的。相同的种子加相同的操作，得到相同的历史，所以你可以回到任何一刻。",
  keys: "按键",
  nodes: "1 … 9",
  selectNode: "选择节点",
  arrows: "← →",
  arrowsHint: "在环上：切换节点；在时间线上：前后移动；在标签上：切换面板",
  space: "空格",
  shortcuts: {
    play: "播放、暂停",
    stepForward: "前进一个事件",
    stepBack: "后退一个事件",
    slower: "放慢",
    faster: "加快",
    propose: "提议一个值",
    kill: "杀死或重启所选节点",
    pause: "暂停或继续所选节点",
    election: "让所选节点强制选举",
    compact: "压缩所选节点的日志",
    heal: "恢复所有链路",
    lessons: "课程",
    share: "分享",
    help: "本帮助",
  },
};

const helpTexts: Readonly<Record<Language, typeof english>> = { en: english, zh: chinese };

/** The keys, and what every shape and colour means. */
export function Help({ app }: { readonly app: AppState }): JSX.Element {
  const texts = helpTexts[app.settings.language.value];
  return (
    <Dialog isOpen={app.isHelpOpen} title={texts.title} close={app.texts.value.close}>
      <p>{texts.intro}</p>
      <h3>{texts.keys}</h3>
      <dl class="keys">
        {(Object.keys(shortcuts) as Shortcut[]).map((name) => (
          <Key key={name} name={name === "play" ? texts.space : shortcuts[name].toUpperCase()}>
            {texts.shortcuts[name]}
          </Key>
        ))}
        <Key name={texts.nodes}>{texts.selectNode}</Key>
        <Key name={texts.arrows}>{texts.arrowsHint}</Key>
      </dl>
      <Legend texts={app.drawingTexts} />
    </Dialog>
  );
}

function Key(props: { readonly name: string; readonly children: string }): JSX.Element {
  return (
    <div>
      <dt>
        <kbd>{props.name}</kbd>
      </dt>
      <dd>{props.children}</dd>
    </div>
  );
}
