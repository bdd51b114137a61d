// A question above the editor, with the ways out of it as buttons.

import { element } from "./sheet";

export class Question {
  constructor(private readonly place: HTMLElement) {}

  ask(sentence: string, ways: HTMLElement[], below: HTMLElement[] = []): void {
    const box = element("div", "", "message bad");
    const inside = document.createElement("div");
    const row = element("p", "", "buttons");
    row.append(...ways);
    inside.append(element("p", sentence), row, ...below);
    box.append(inside);
    this.place.replaceChildren(box);
  }

  // Ask only if nothing else is asked.
  askIfFree(sentence: string, ways: HTMLElement[]): void {
    if (this.place.childElementCount === 0) this.ask(sentence, ways);
  }

  clear(): void {
    this.place.replaceChildren();
  }
}
