// The few words that form-js writes itself, said in the reader's language, and what its markup leaves unsaid
// for screen readers.

import type { Sentences } from "./sheet";

const SPOKEN = ["aria-label", "title", "placeholder"];

export function keepSpeaking(place: HTMLElement, words: Sentences): void {
  const known = new Map(Object.entries(words).filter(([english]) => /^[A-Z]/.test(english)));
  const speak = (root: Node) => {
    for (const element of elementsIn(root)) mend(element, known);
    for (const text of textsIn(root)) {
      const said = known.get(text.data.trim());
      if (said !== undefined && said !== text.data) text.data = said;
    }
  };
  speak(place);
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      speak(target.nodeType === Node.TEXT_NODE ? (target.parentNode ?? target) : target);
      addedNodes.forEach(speak);
    }
  }).observe(place, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["aria-describedby"] });
}

function mend(element: Element, known: Map<string, string>): void {
  for (const name of SPOKEN) {
    const said = known.get(element.getAttribute(name) ?? "");
    if (said !== undefined) element.setAttribute(name, said);
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
