/**
 * A source file in three views of equal length, so that an offset in one is an offset in all: `text` as it stands;
 * `code` with comments and the insides of strings blanked; `comments` with everything else blanked.
 */
export interface SourceText {
  readonly text: string;
  readonly code: string;
  readonly comments: string;
}

type Part = "code" | "string" | "comment";

/** After one of these, or at the start, a slash begins a regular expression; elsewhere it divides, or closes a tag. */
const BEFORE_EXPRESSION = /(?:^|[=(,:;[{}!&|?+*%^~>-]|\b(?:return|typeof|case|in|of|void|yield|await|throw))\s*$/;

const REGULAR_EXPRESSION = /\/(?!>)(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const PLAIN_STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/y;
const TEMPLATE_TEXT = /(?:\\[^]|[^`\\$]|\$(?!\{))*/y;
const PLAIN_CODE = /[^"'`/{}]+/y;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y;

/** Splits TypeScript or JavaScript far enough for looking things up in it. Not a parser. */
export function splitSource(text: string): SourceText {
  const parts: { readonly part: Part; readonly length: number }[] = [];
  // For every template literal that is open around the current offset: how many braces are open inside its `${`.
  const templates: number[] = [];
  let code = "";
  let offset = 0;

  const take = (part: Part, length: number): void => {
    const taken = text.slice(offset, offset + length);
    parts.push({ part, length });
    code += part === "code" ? taken : blank(taken);
    offset += length;
  };
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0].length ?? 0;
  };
  const takeTemplateText = (): void => {
    take("string", match(TEMPLATE_TEXT));
    if (text.startsWith("${", offset)) {
      take("code", 2);
      templates.push(0);
    } else take("code", 1);
  };
  const takeQuoted = (length: number): void => {
    take("code", 1);
    take("string", length - 2);
    take("code", 1);
  };

  while (offset < text.length) {
    const character = text.charAt(offset);
    const open = templates.at(-1);
    if (match(COMMENT) > 0) take("comment", match(COMMENT));
    else if (match(PLAIN_STRING) > 0) takeQuoted(match(PLAIN_STRING));
    else if (character === "`") {
      take("code", 1);
      takeTemplateText();
    } else if (open === 0 && character === "}") {
      templates.pop();
      take("code", 1);
      takeTemplateText();
    } else if (character === "/" && BEFORE_EXPRESSION.test(code.slice(-40)) && match(REGULAR_EXPRESSION) > 0) {
      takeQuoted(match(REGULAR_EXPRESSION));
    } else {
      if (open !== undefined && (character === "{" || character === "}")) {
        templates[templates.length - 1] = open + (character === "{" ? 1 : -1);
      }
      take("code", Math.max(1, match(PLAIN_CODE)));
    }
  }
  return { text, code, comments: keepComments(text, parts) };
}

function keepComments(text: string, parts: readonly { readonly part: Part; readonly length: number }[]): string {
  let kept = "";
  for (const { part, length } of parts) {
    const piece = text.slice(kept.length, kept.length + length);
    kept += part === "comment" ? piece : blank(piece);
  }
  return kept;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, " ");
}

/** The 1-based line of an offset. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
