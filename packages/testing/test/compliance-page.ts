/** A row of docs/COMPLIANCE.md. */
export interface Row {
  readonly number: string;
  /** The name of a suite's case without its number; or a test of one adapter; or a dash and why there is neither. */
  readonly held: string;
  readonly faults: readonly string[];
}

/** A port as the page and the suite know it. */
export interface Port {
  readonly letter: string;
  /** How many numbers there are. */
  readonly count: number;
  readonly caseNames: readonly string[];
  /** The planted faults, and the numbers of the cases that find each. */
  readonly flaws: ReadonlyMap<string, readonly string[]>;
}

const ROW = /^\| ([STNM]\d\d) +\| (.*?) +\| (.*?) *\|$/gm;
const TEST = /^\[.*\]\(\.\.\/(.*?)\): (.*)$/;
const SHARED = /^- ([STNM]\d\d(?:, [STNM]\d\d)*): /gm;

export function rowsOf(page: string): readonly Row[] {
  return [...page.matchAll(ROW)].map(([, number = "", held = "", faults = ""]) => ({
    number,
    held,
    faults: faults === "" ? [] : faults.split("; "),
  }));
}

/** Where the page, the suites, their planted faults and the adapters' tests differ. */
export class PageCheck {
  readonly #page: string;
  readonly #textOf: (path: string) => string | undefined;
  readonly #violations: string[] = [];

  /** `textOf` gives a file's text by its path from the root, undefined where there is none. */
  constructor(page: string, textOf: (path: string) => string | undefined) {
    this.#page = page;
    this.#textOf = textOf;
  }

  run(ports: readonly Port[]): readonly string[] {
    for (const port of ports) this.#checkPort(port);
    return this.#violations;
  }

  #checkPort(port: Port): void {
    const rows = rowsOf(this.#page).filter(({ number }) => number.startsWith(port.letter));
    const numbers = Array.from({ length: port.count }, (_, at) => port.letter + String(at + 1).padStart(2, "0"));
    const told = rows.map(({ number }) => number);
    this.#differ("number", numbers, told);
    const isCase = ({ held }: Row): boolean => !held.startsWith("[") && !held.startsWith("—");
    const cases = rows.filter(isCase);
    this.#differ(
      "case",
      port.caseNames,
      cases.map(({ number, held }) => `${number} ${held}`),
    );
    for (const row of cases) this.#checkFaults(row, port.flaws);
    for (const row of rows.filter(({ held }) => held.startsWith("["))) this.#checkTest(row);
    this.#checkShared(port);
  }

  #differ(what: string, expected: readonly string[], told: readonly string[]): void {
    for (const name of expected) if (!told.includes(name)) this.#violations.push(`the ${what} ${name} is missing`);
    for (const name of told) if (!expected.includes(name)) this.#violations.push(`there is no ${what} ${name}`);
  }

  #checkFaults({ number, held, faults }: Row, flaws: ReadonlyMap<string, readonly string[]>): void {
    if (faults.length === 0) this.#violations.push(`${number} ${held}: no fault shows that it can fail`);
    for (const fault of faults) {
      if (flaws.get(fault)?.includes(number) !== true) this.#violations.push(`${number} does not find "${fault}"`);
    }
  }

  #checkTest({ number, held }: Row): void {
    const [, path = "", title = ""] = TEST.exec(held) ?? [];
    const text = this.#textOf(path);
    if (text === undefined) this.#violations.push(`${number}: there is no ${path}`);
    else if (!text.includes(`"${title}"`)) this.#violations.push(`${number}: ${path} has no test "${title}"`);
    if (!title.includes(number)) this.#violations.push(`${number} is not in the name of the test "${title}"`);
  }

  /** Numbers whose every fault is found by others as well must be listed with the reason, and no others. */
  #checkShared({ letter, caseNames, flaws }: Port): void {
    const alone = new Set([...flaws.values()].filter((numbers) => numbers.length === 1).flat());
    const shared = new Set(caseNames.map((name) => name.slice(0, 3)).filter((number) => !alone.has(number)));
    const listed = [...this.#page.matchAll(SHARED)].flatMap(([, numbers = ""]) => numbers.split(", "));
    const told = listed.filter((number) => number.startsWith(letter));
    this.#differ("number without a fault of its own", [...shared], told);
  }
}
