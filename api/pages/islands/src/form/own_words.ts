// The few words that form-js writes itself, said in the reader's language, and what its markup leaves unsaid
// for screen readers.

import { say, type Sentences } from "./sheet";

const SPOKEN = ["aria-label", "title", "placeholder", "alt"];

// What form-js says, by its English text; `{name}` is a place in it that is filled differently each time.
class Glossary {
  private readonly whole = new Map<string, string>();
  private readonly patterns: [RegExp, string][] = [];

  constructor(words: Sentences) {
    for (const [english, said] of Object.entries(words)) {
      if (!/^[A-Z]/.test(english) && english !== "of") continue;
      if (english.includes("{")) this.patterns.push([shapeOf(english), said]);
      else this.whole.set(english, said);
    }
  }

  said(english: string): string | undefined {
    const known = this.whole.get(english);
    if (known !== undefined) return known;
    for (const [shape, said] of this.patterns) {
      const places = shape.exec(english)?.groups;
      if (places !== undefined) return say(said, places);
    }
    return undefined;
  }
}

function shapeOf(english: string): RegExp {
  const plain = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${plain.replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`);
}

export function keepSpeaking(place: HTMLElement, words: Sentences): void {
  const known = new Glossary(words);
  const speak = (root: Node) => {
    for (const element of elementsIn(root)) mend(element, known);
    for (const text of textsIn(root)) {
      const english = text.data.trim();
      const said = known.said(english);
      if (said !== undefined && said !== english) text.data = text.data.replace(english, said);
    }
  };
  speak(place);
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      speak(target.nodeType === Node.TEXT_NODE ? (target.parentNode ?? target) : target);
      addedNodes.forEach(speak);
    }
  }).observe(place, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["aria-describedby", ...SPOKEN] });
}

function mend(element: Element, known: Glossary): void {
  for (const name of SPOKEN) {
    const english = element.getAttribute(name) ?? "";
    const said = known.said(english);
    if (said !== undefined && said !== english) element.setAttribute(name, said);
  }
  const described = element.getAttribute("aria-describedby");
  const there = described?.split(" ").filter((id) => id !== "" && id !== "undefined").join(" ");
  if (described !== null && there !== described) {
    if (there) element.setAttribute("aria-describedby", there);
    else element.removeAttribute("aria-describedby");
  }
  nameGroup(element);
}

// Several boxes or buttons under one label are a group; form-js only puts the label beside them.
function nameGroup(element: Element): void {
  if (!element.matches(".fjs-form-field-radio, .fjs-form-field-checklist") || element.hasAttribute("role")) return;
  const label = element.querySelector<HTMLElement>(":scope > .fjs-form-field-label");
  if (label === null) return;
  label.id ||= `label-of-${element.querySelector("input")?.id ?? crypto.randomUUID()}`;
  element.setAttribute("role", element.matches(".fjs-form-field-radio") ? "radiogroup" : "group");
  element.setAttribute("aria-labelledby", label.id);
}

function elementsIn(root: Node): Element[] {
  return root instanceof Element ? [root, ...root.querySelectorAll("*")] : [];
}

function textsIn(root: Node): Text[] {
  if (root instanceof Text) return [root];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) found.push(walker.currentNode as Text);
  return found;
}
