/** A system call that strace has tampered with. */
export interface TamperedCall {
  readonly call: string;
  /** What it was for, as the kernel names it; empty where that is not known. */
  readonly path: string;
}

/** The thread, where strace names it, and what is told of it. */
const line = /^(?:\[pid +(\d+)\] )?(.*)$/;
const begun = /^(\w+)\(\d+(?:<(.*?)>)?/;
const resumed = /^<\.\.\. \w+ resumed>/;
const tampered = /\((?:INJECTED|DELAYED)\)$/;

/** Reads what strace writes with `-f -y`, in pieces of any size. */
export class TraceReader {
  /** What strace has complained of last; empty where it has not. */
  complaint = "";
  /** Calls whose end strace has not told of yet, by thread. */
  readonly #unfinished = new Map<string, TamperedCall>();
  #rest = "";

  /** The tampered calls that ended in this piece. */
  read(text: string): readonly TamperedCall[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((each) => this.#readLine(each.trimEnd()) ?? []);
  }

  #readLine(text: string): TamperedCall | undefined {
    if (text.startsWith("strace: ")) this.complaint = text;
    const [, thread = "", told = ""] = line.exec(text) ?? [];
    const call = resumed.test(told) ? this.#unfinished.get(thread) : callIn(told);
    if (call === undefined) return undefined;
    if (told.endsWith("<unfinished ...>")) this.#unfinished.set(thread, call);
    else this.#unfinished.delete(thread);
    return tampered.test(told) ? call : undefined;
  }
}

function callIn(told: string): TamperedCall | undefined {
  const [, call, path = ""] = begun.exec(told) ?? [];
  return call === undefined ? undefined : { call, path };
}
