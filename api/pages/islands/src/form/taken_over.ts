// Answers that are known of a person already: taken over, on this page or of the case, and asked for only where not.

import type { Form } from "@bpmn-io/form-js-viewer";

import type { Field, Value, Values } from "./sheet";

interface Registry {
  getAll(): Field[];
}

interface Paths {
  getValuePath(field: Field): string[];
}

export function takeOver(form: Form, data: Values, send: HTMLFormElement): void {
  for (const field of form.get<Registry>("formFieldRegistry").getAll()) {
    const source = field.properties?.["stoa:from"]?.split(".");
    if (source === undefined) continue;
    const answer = form.get<Paths>("pathRegistry").getValuePath(field);
    const input = send.elements.namedItem(source.join("-"));
    if (input instanceof HTMLInputElement) {
      input.addEventListener("change", () => put(form, source, answer, input.value.trim()));
      put(form, source, answer, input.value.trim());
    } else {
      put(form, source, answer, valueAt(data, source));
    }
  }
}

// What is known now; an answer that was taken over goes when it is known no more, one that was typed stays.
function put(form: Form, source: string[], answer: string[], known: Value): void {
  const data = structuredClone(form._getState().data) as Values;
  const before = valueAt(data, source);
  putAt(data, source, known || null);
  if (known || before) putAt(data, answer, known || null);
  form._setState({ data });
}

function valueAt(values: Values, path: string[]): Value {
  let found: Value = values;
  for (const key of path) found = (found as Values | null)?.[key] ?? null;
  return found;
}

function putAt(values: Values, path: string[], value: Value): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) values[key] = value;
  else putAt((values[key] ??= {}) as Values, rest, value);
}
