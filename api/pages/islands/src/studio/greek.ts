// The Greek of the editors: what bpmn-js and its properties panel say, by their English.

import greek from "./greek.json";

const WORDS = greek as { [english: string]: string };

// The module that makes an editor speak the reader's language.
export function speaking(language: "el" | "en"): object {
  return { translate: ["value", (english: string, values: { [name: string]: string } = {}) => translated(english, values, language)] };
}

function translated(english: string, values: { [name: string]: string }, language: "el" | "en"): string {
  const sentence = (language === "el" ? WORDS[english] : undefined) ?? english;
  return sentence.replace(/\{([^}]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
