// Problems of a form: each under its field, all of them listed above with links, and focus on the first.

import type { Form } from "@bpmn-io/form-js-viewer";

import { elementId, type Field, type Instance, type Sheet } from "./sheet";

interface Problem {
  instance: Instance;
  label: string;
  sentences: string[];
}

type Nested = { [key: string]: Nested | string[] };

export class Problems {
  constructor(
    private readonly form: Form,
    private readonly place: HTMLElement,
    private readonly words: Sheet["words"],
    // The page's own list of problems, with a link for each by the path of its field; null where the form makes its own.
    private readonly list: HTMLElement | null,
  ) {}

  // Bring what the server refused onto the fields; what belongs to no field that is shown stands above.
  bring(errors: Sheet["errors"]): void {
    const state: Nested = {};
    const left = new Map(Object.entries(errors));
    for (const instance of this.instances()) {
      const path = instance.valuePath.join(".");
      const sentences = left.get(path);
      if (sentences === undefined) continue;
      left.delete(path);
      putAt(state, [instance.id, ...Object.values(instance.indexes ?? {})], sentences);
    }
    this.form._setState({ errors: state });
    requestAnimationFrame(() => (this.list === null ? this.tell([...left.values()].flat()) : this.lead(this.list)));
  }

  // Let the links of the page's list lead to the fields of this form.
  private lead(list: HTMLElement): void {
    for (const instance of this.instances()) {
      const path = instance.valuePath.join(".");
      for (const link of list.querySelectorAll<HTMLAnchorElement>(`a[data-path="${CSS.escape(path)}"]`)) {
        this.leadTo(link, instance);
      }
    }
  }

  // List what stands under the fields now, and go to the first; nothing is listed when nothing is wrong.
  tell(others: string[] = []): void {
    const found = this.found();
    this.place.replaceChildren();
    if (found.length === 0 && others.length === 0) return;
    this.place.append(this.summary(found, others));
    const first = found[0] && this.element(found[0].instance);
    (first ?? this.place.querySelector<HTMLElement>("[role=alert]"))?.focus();
  }

  clear(): void {
    this.place.replaceChildren();
  }

  private found(): Problem[] {
    const errors = this.form._getState().errors as unknown as Nested;
    const fields = this.form.get<{ get(id: string): Field | undefined }>("formFieldRegistry");
    return this.instances().flatMap((instance) => {
      const sentences = valueAt(errors, [instance.id, ...Object.values(instance.indexes ?? {})]);
      const field = fields.get(instance.id);
      if (!Array.isArray(sentences) || sentences.length === 0 || field === undefined) return [];
      return [{ instance, label: field.label ?? field.dateLabel ?? field.timeLabel ?? "", sentences }];
    });
  }

  private instances(): Instance[] {
    const registry = this.form.get<{ getAllKeyed(): Instance[] }>("formFieldInstanceRegistry");
    return registry
      .getAllKeyed()
      .map((instance) => ({ instance, element: this.element(instance) }))
      .sort((one, other) => (follows(one.element, other.element) ? 1 : -1))
      .map(({ instance }) => instance);
  }

  private element(instance: Instance): HTMLElement | null {
    const id = elementId(this.form._id, instance);
    const root = document.getElementById(id);
    const isField = root?.matches("input, select, textarea, button");
    return isField ? root : (document.querySelector<HTMLElement>(`input[id^="${id}-"], [id="${id}-search"]`) ?? root);
  }

  private summary(found: Problem[], others: string[]): HTMLElement {
    const box = document.createElement("div");
    box.className = "message bad";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    const heading = document.createElement("strong");
    heading.textContent = this.words.correct ?? "";
    const list = document.createElement("ul");
    list.append(...found.map((problem) => this.line(problem)), ...others.map((sentence) => item(sentence)));
    const told = document.createElement("div");
    told.append(heading, list);
    box.append(told);
    return box;
  }

  private line({ instance, label, sentences }: Problem): HTMLElement {
    const link = document.createElement("a");
    link.textContent = `${label}: ${sentences.join(" ")}`;
    this.leadTo(link, instance);
    return item(link);
  }

  private leadTo(link: HTMLAnchorElement, instance: Instance): void {
    link.href = `#${elementId(this.form._id, instance)}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.element(instance)?.focus();
    });
  }
}

function item(content: string | HTMLElement): HTMLElement {
  const line = document.createElement("li");
  line.append(content);
  return line;
}

function follows(one: HTMLElement | null, other: HTMLElement | null): boolean {
  if (one === null || other === null) return one === null;
  return Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING);
}

function putAt(nested: Nested, [key, ...rest]: (string | number)[], sentences: string[]): void {
  if (key === undefined) return;
  if (rest.length === 0) nested[key] = sentences;
  else putAt((nested[key] ??= {}) as Nested, rest, sentences);
}

function valueAt(nested: Nested | string[] | undefined, [key, ...rest]: (string | number)[]): Nested | string[] | undefined {
  if (key === undefined || nested === undefined) return nested;
  return valueAt((nested as Nested)[key], rest);
}
