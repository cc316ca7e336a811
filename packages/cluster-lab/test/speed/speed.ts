import { Lab } from "../../src/index.ts";

/** As the playground plays it at 20×: between two pictures of the page, a sixtieth of 20 seconds passes. */
const SPEED = 20;
const PICTURE_MS: number = Math.round((SPEED * 1000) / 60);
const FRAME_EVERY_MS = 50;
const NODES = 7;
const WARM_UP_MS = 20_000;

interface Load {
  readonly name: string;
  /** Puts in a second of virtual time. */
  readonly puts: number;
  readonly forMs: number;
}

export interface Measured {
  readonly name: string;
  readonly steps: number;
  readonly virtualMs: number;
  readonly cpuMs: number;
}

const loads: readonly Load[] = [
  { name: "no clients", puts: 0, forMs: 240_000 },
  { name: "3 puts a second", puts: 3, forMs: 120_000 },
  { name: "30 puts a second", puts: 30, forMs: 60_000 },
];

/** Lets the time pass as the page would, picture by picture, with every picture's view made. */
async function play(lab: Lab, puts: number, forMs: number): Promise<void> {
  const untilMs = Math.ceil(lab.nowMs) + forMs;
  const everyMs = puts > 0 ? Math.round(1000 / puts) : Infinity;
  let nextPutMs = Math.ceil(lab.nowMs) + everyMs;
  for (let count = 0; lab.nowMs < untilMs;) {
    await lab.runUntil(Math.min(untilMs, nextPutMs, lab.nowMs + PICTURE_MS));
    lab.view();
    if (lab.nowMs < nextPutMs) continue;
    count += 1;
    nextPutMs += everyMs;
    await lab.act({ type: "put", via: lab.leader ?? "n1", key: `k${count % 5}`, value: String(count) });
  }
  if (lab.violation !== undefined) throw new Error(lab.violation.sentence);
}

/** Of this thread alone: others may want the core, too. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export async function measure({ name, puts, forMs }: Load): Promise<Measured> {
  const lab = await Lab.open({ seed: "7", nodes: NODES, frameEveryMs: FRAME_EVERY_MS });
  await play(lab, Math.min(puts, 3), WARM_UP_MS);
  const [step, nowMs, startMs] = [lab.step, lab.nowMs, cpuMs()];
  await play(lab, puts, forMs);
  return { name, steps: lab.step - step, virtualMs: lab.nowMs - nowMs, cpuMs: cpuMs() - startMs };
}

function row({ name, steps, virtualMs, cpuMs: ownMs }: Measured): string {
  const [needed, reached] = [steps / (virtualMs / 1000), steps / (ownMs / 1000)];
  const times = virtualMs / ownMs;
  const cells = [needed.toFixed(0), (needed * SPEED).toFixed(0), reached.toFixed(0), times.toFixed(0)];
  return [name.padEnd(18), ...cells.map((cell) => cell.padStart(10)), (times / SPEED).toFixed(1).padStart(10)].join("");
}

/** How many steps a second of virtual time is, how many 20× needs, and how many one core of this machine takes. */
export async function speedTable(): Promise<string> {
  const heads = ["per second", `at ${SPEED}×`, "reached", "×", `of ${SPEED}×`];
  const lines = [`${NODES} nodes, steps`.padEnd(18) + heads.map((head) => head.padStart(10)).join("")];
  for (const load of loads) lines.push(row(await measure(load)));
  return lines.join("\n");
}
