import type { Language } from "@quorate/drawing";

/** A section of the paper or of the dissertation, as a reader of the language writes it. */
export function sectionWords(section: string, language: Language): string {
  if (language === "en") return section;
  return section.replaceAll("fig. ", "图 ").replaceAll("diss. ", "博士论文 ").replaceAll(", ", "、");
}
