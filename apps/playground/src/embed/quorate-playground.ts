const NAME = "quorate-playground";

/** The attributes that a page may give, and what they are in the address of the playground. */
const ATTRIBUTES = ["seed", "nodes", "session", "lesson", "lang", "theme"] as const;

/**
 * `<quorate-playground seed="2a" nodes="5">`: the playground as an element of another page. It stands in a frame of its
 * own, served from where this module is, so that neither page touches the styles and scripts of the other.
 */
export class QuoratePlayground extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;
  #frame: HTMLIFrameElement | undefined;

  connectedCallback(): void {
    const frame = document.createElement("iframe");
    frame.title = this.title === "" ? "Quorate: Raft in the browser" : this.title;
    frame.loading = "lazy";
    frame.allow = "clipboard-write";
    frame.style.cssText = "display: block; width: 100%; height: 100%; border: 0";
    if (getComputedStyle(this).display === "inline") this.style.display = "block";
    if (this.clientHeight === 0) this.style.height = "800px";
    this.#frame = frame;
    this.#point();
    this.append(frame);
  }

  disconnectedCallback(): void {
    this.#frame?.remove();
    this.#frame = undefined;
  }

  attributeChangedCallback(): void {
    this.#point();
  }

  #point(): void {
    if (this.#frame === undefined) return;
    const address = new URL(/* @vite-ignore */ "./index.html", import.meta.url);
    const values = ATTRIBUTES.flatMap((name) => {
      const value = this.getAttribute(name);
      return value === null ? [] : [[name, value]];
    });
    address.search = "?embed";
    address.hash = new URLSearchParams(values).toString();
    this.#frame.src = address.href;
  }
}

if (customElements.get(NAME) === undefined) customElements.define(NAME, QuoratePlayground);
