// What a page hands its form island: the form, what to begin with, what was refused, and what to say.

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Values = { [key: string]: Value };
export type Sentences = { [name: string]: string };

export interface Sheet {
  schema: object;
  data: Values;
  // Sentences by the path of a field, such as `evidence.kind` or `lines.0.sum`.
  errors: { [path: string]: string[] };
  readOnly: boolean;
  // What is wrong with an answer, in the reader's language and the server's words; `{most}` are places.
  messages: Sentences;
  words: Sentences;
  // Where files go; null where a form takes none yet.
  uploads: string | null;
}

// How one answer of a form is known: its field, its path among the values, and the places in repeated parts.
export interface Instance {
  id: string;
  valuePath: (string | number)[];
  indexes?: { [id: string]: number };
}

export interface Field {
  id: string;
  type: string;
  label?: string;
  dateLabel?: string;
  timeLabel?: string;
  description?: string;
  subtype?: "date" | "time" | "datetime";
  timeSerializingFormat?: "utc_offset" | "utc_normalized" | "no_timezone";
  disallowPassedDates?: boolean;
  decimalDigits?: number;
  multiple?: boolean | string;
  accept?: string;
  properties?: { [name: string]: string };
  validate?: {
    required?: boolean;
    minLength?: number;
    maxLength?: number;
    pattern?: string;
    min?: number | string;
    max?: number | string;
    validationType?: string;
  };
}

export function read(place: HTMLElement): Sheet {
  const source = place.querySelector<HTMLScriptElement>("script[type='application/json']");
  if (source === null) throw new Error("Expected the island to hold its sheet as JSON.");
  return JSON.parse(source.text) as Sheet;
}

export function say(template: string | undefined, shown: { [name: string]: number | string } = {}): string {
  return (template ?? "").replace(/\{(\w+)\}/g, (place, name: string) => String(shown[name] ?? place));
}

// The id of an answer's element in the page, as form-js gives it.
export function elementId(formId: string, instance: Instance): string {
  const places = Object.values(instance.indexes ?? {}).map((index) => `_${index}`);
  return `fjs-form-${formId}-${instance.id}${places.join("")}`;
}
