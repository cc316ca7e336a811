import type { Language } from "@quorate/drawing";

const tags: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };
const NOTHING = "–";

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Numbers as people read them, in one language. What is undefined is a dash. */
export class Format {
  readonly #whole: Intl.NumberFormat;
  readonly #three: Intl.NumberFormat;
  readonly #clock: Intl.DateTimeFormat;

  readonly #minute: Intl.DateTimeFormat;

  constructor(language: Language) {
    const tag = tags[language];
    this.#whole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 });
    this.#three = new Intl.NumberFormat(tag, { maximumSignificantDigits: 3 });
    this.#minute = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit", hour12: false });
    this.#clock = new Intl.DateTimeFormat(tag, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hour12: false,
    });
  }

  count(value: number | undefined): string {
    return value === undefined ? NOTHING : this.#whole.format(value);
  }

  /** Per second: below ten with a fraction, since a quiet cluster is not one that stands still. */
  rate(value: number | undefined): string {
    return value === undefined ? NOTHING : value < 10 ? this.#three.format(value) : this.#whole.format(value);
  }

  bytes(value: number | undefined): string {
    if (value === undefined) return NOTHING;
    let scaled = value;
    let unit = 0;
    for (; scaled >= 1000 && unit < UNITS.length - 1; unit += 1) scaled /= 1000;
    return `${this.#three.format(scaled)} ${UNITS[unit]}`;
  }

  /** A duration that is measured, in milliseconds, with three digits that count. */
  ms(value: number | undefined): string {
    if (value === undefined) return NOTHING;
    if (value >= 10_000) return this.seconds(value);
    return `${value >= 1000 ? this.#whole.format(value) : this.#three.format(value)} ms`;
  }

  /** A time that passes while it is looked at: whole seconds, minutes or hours. */
  seconds(ms: number): string {
    const seconds = Math.floor(ms / 1000);
    if (seconds < 120) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    return minutes < 120 ? `${minutes} min` : `${this.#whole.format(Math.floor(minutes / 60))} h`;
  }

  /** How long ago something was heard; below a second it only trembles, so it is rounded. */
  age(ms: number): string {
    return ms < 1000 ? `${Math.ceil(ms / 100) * 100} ms` : this.seconds(ms);
  }

  /** The time of day without its seconds. */
  minute(atMs: number): string {
    return this.#minute.format(atMs);
  }

  clock(atMs: number): string {
    return this.#clock.format(atMs);
  }
}
