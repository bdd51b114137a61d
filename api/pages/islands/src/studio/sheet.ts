// What a page of the studio tells its island, and small things that all of its islands do.

export interface Sheet {
  draft: string;
  file: string | null;
  content: string;
  revision: number;
  keep: string;
  findings: string;
  presence: string;
  revisions: { [file: string]: number };
  readOnly: boolean;
  language: "el" | "en";
  token: string;
  words: { [name: string]: string };
}

export interface Finding {
  rule: string;
  severity: "error" | "warning" | "hint";
  called: string;
  file: string;
  line: number;
  column: number;
  end_column: number;
  element: string | null;
  message: string;
  remedy: string;
  consequences: string[];
  address: string;
}

// An editor of one file. What it draws is a text at any moment; it tells when that may have changed.
export interface Editor {
  text(): Promise<string>;
  onChange(changed: () => void): void;
  // Lead to the place of a finding.
  show(finding: Finding): void;
  // Mark the places of findings in what is drawn.
  mark(findings: Finding[]): void;
  // Draw a text to look at, if that says more than the text itself.
  preview?(place: HTMLElement, text: string): Promise<void>;
}

export function readSheet(place: HTMLElement): Sheet {
  const source = place.querySelector<HTMLScriptElement>("script[type='application/json']");
  return JSON.parse(source?.text ?? "{}") as Sheet;
}

// A sentence with its places filled.
export function fill(sentence: string | undefined, values: { [name: string]: string }): string {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export function send(method: string, address: string, token: string, body: object, keepalive = false): Promise<Response> {
  const text = JSON.stringify(body);
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token };
  // A browser takes at most 64 KB along when a page is left.
  return fetch(address, { method, headers, body: text, keepalive: keepalive && text.length < 60_000 });
}

// Ask something by oneself, for which nobody is asked to sign in again.
export function askQuietly(address: string, token: string, body: object): Promise<Response> {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token, "X-In-Background": "yes" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
}

export function button(words: string | undefined, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button second small";
  made.textContent = words ?? "";
  made.addEventListener("click", press);
  return made;
}

export function element(kind: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(kind);
  made.textContent = text;
  made.className = className;
  return made;
}
