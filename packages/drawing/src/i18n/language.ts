export type Language = "en" | "zh";

export const languages: readonly Language[] = ["en", "zh"];

/**
 * What a translation of the table `T` has to be: the same keys, strings for strings, functions of the same parameters
 * for functions. A key that is missing, or one too many, is a type error where the translation is declared.
 */
export type Translation<T> = {
  readonly [Key in keyof T]: T[Key] extends string
    ? string
    : T[Key] extends (...parameters: infer Parameters) => string
      ? (...parameters: Parameters) => string
      : Translation<T[Key]>;
};

/** The language that a reader prefers, by the tags of the browser (`zh-CN`, `en`); English where none is known. */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const [primary = ""] = tag.toLowerCase().split("-");
    const known = languages.find((language) => language === primary);
    if (known !== undefined) return known;
  }
  return "en";
}
