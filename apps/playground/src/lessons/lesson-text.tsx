import type { JSX } from "preact";

/** A piece of a paragraph. */
export interface Piece {
  readonly type: "plain" | "strong" | "code";
  readonly text: string;
}

/** The paragraphs of a text with its little markup, and names in place of `{name}`. */
export function paragraphsOf(
  text: string,
  names: Readonly<Record<string, string | number>>,
): readonly (readonly Piece[])[] {
  const named = text.replaceAll(/\{(\w+)\}/g, (found, name: string) => String(names[name] ?? found));
  return named.split("\n\n").map((paragraph) =>
    paragraph
      .split(/(\*\*[^*]+\*\*|`[^`]+`)/)
      .filter((piece) => piece !== "")
      .map((piece) => {
        if (piece.startsWith("**")) return { type: "strong", text: piece.slice(2, -2) };
        return piece.startsWith("`") ? { type: "code", text: piece.slice(1, -1) } : { type: "plain", text: piece };
      }),
  );
}

export function LessonText(props: {
  readonly text: string;
  readonly names: Readonly<Record<string, string | number>>;
}): JSX.Element {
  return (
    <>
      {paragraphsOf(props.text, props.names).map((pieces, paragraph) => (
        <p key={paragraph}>
          {pieces.map(({ type, text }, piece) => {
            if (type === "strong") return <strong key={piece}>{text}</strong>;
            return type === "code" ? <code key={piece}>{text}</code> : text;
          })}
        </p>
      ))}
    </>
  );
}
