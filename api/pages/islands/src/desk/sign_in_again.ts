// A session that ends in the middle of a page: when a request that would change something is answered with 401,
// whoever sits there is asked to sign in again in a dialog, and the request is repeated. The page stays as it is,
// with everything that was typed; its form tokens are still good, as they are bound to the user and not to the
// session. Whoever would rather not sign in gets the 401 passed on to what made the request.

import { proved } from "./passkeys";

interface Answer {
  state: "signed_in" | "code" | "refused";
  problem: string | null;
  has_passkeys: boolean;
}

const DIALOG = "/sign-in/dialog";
const SAFE = ["GET", "HEAD", "OPTIONS"];

export function askToSignInAgain(): void {
  const send = globalThis.fetch.bind(globalThis);
  let asking: Promise<boolean> | null = null;

  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    // A request can be read once; what is sent the second time is a copy of it.
    const again = input instanceof Request ? input.clone() : input;
    const answer = await send(input, init);
    if (answer.status !== 401 || isInBackground(init) || !changesSomethingHere(input, init)) return answer;
    asking ??= ask(send).finally(() => (asking = null));
    return (await asking) ? send(again, init) : answer;
  };
}

export function sendAtOnce(): void {
  document.querySelector<HTMLFormElement>("form[data-send-at-once]")?.requestSubmit();
}

// What a page asks by itself, again and again, is no reason to interrupt anybody.
function isInBackground(init?: RequestInit): boolean {
  return new Headers(init?.headers).has("X-In-Background");
}

function changesSomethingHere(input: RequestInfo | URL, init?: RequestInit): boolean {
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  const address = new URL(input instanceof Request ? input.url : input, location.href);
  return !SAFE.includes(method.toUpperCase()) && address.origin === location.origin;
}

/** Shows the dialog; whether somebody has signed in when it is closed. */
async function ask(send: typeof fetch): Promise<boolean> {
  const page = await send(DIALOG, { headers: { Accept: "text/html" } });
  if (!page.ok) return false;
  const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("dialog");
  if (found === null) return false;
  const dialog = document.body.appendChild(document.adoptNode(found));
  const signedIn = new Promise<boolean>((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "signed_in"));
  });
  dialog.querySelector("form")?.addEventListener("submit", (event) => {
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    if (pressed?.formMethod === "dialog") return;
    event.preventDefault();
    void enter(send, dialog);
  });
  dialog.querySelector("[data-step='passkey'] button")?.addEventListener("click", () => void enterByPasskey(send, dialog));
  show(dialog, "password");
  dialog.showModal();
  const hasSignedIn = await signedIn;
  dialog.remove();
  return hasSignedIn;
}

async function enter(send: typeof fetch, dialog: HTMLDialogElement): Promise<void> {
  const form = dialog.querySelector("form");
  if (form === null) return;
  await sendAndGoOn(send, dialog, form.action, new FormData(form));
}

async function enterByPasskey(send: typeof fetch, dialog: HTMLDialogElement): Promise<void> {
  const form = dialog.querySelector("form");
  const step = dialog.querySelector<HTMLElement>("[data-step='passkey']");
  if (form === null || step === null) return;
  tell(dialog, "");
  const body = new FormData(form);
  const credential = await proved(step, (problem) => tell(dialog, problem), body, send);
  if (credential === null) return;
  body.set("credential", credential);
  await sendAndGoOn(send, dialog, step.dataset["address"] ?? form.action, body);
}

async function sendAndGoOn(send: typeof fetch, dialog: HTMLDialogElement, address: string, body: FormData): Promise<void> {
  const form = dialog.querySelector("form");
  if (form === null) return;
  body.set("again_token", pageToken());
  const answer = await send(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (answer === null || !(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) {
    tell(dialog, dialog.dataset["failed"] ?? "");
    return;
  }
  const said = (await answer.json()) as Answer;
  if (said.state === "signed_in") dialog.close("signed_in");
  else if (said.state === "code") askForCode(dialog, form, said);
  else tell(dialog, said.problem ?? "");
}

function askForCode(dialog: HTMLDialogElement, form: HTMLFormElement, said: Answer): void {
  form.action = dialog.dataset["codeAddress"] ?? form.action;
  show(dialog, "code");
  const passkey = dialog.querySelector<HTMLElement>("[data-step='passkey']");
  if (passkey !== null) passkey.hidden = !said.has_passkeys;
  tell(dialog, said.problem ?? "");
  dialog.querySelector<HTMLInputElement>("[data-step='code'] input")?.focus();
}

/** Shows the fields of one step; those of the other are neither asked for nor sent. */
function show(dialog: HTMLDialogElement, step: "password" | "code"): void {
  for (const fields of dialog.querySelectorAll<HTMLElement>("[data-step]")) {
    fields.hidden = fields.dataset["step"] !== step;
    for (const input of fields.querySelectorAll("input")) input.disabled = fields.hidden;
  }
}

function tell(dialog: HTMLDialogElement, words: string): void {
  const place = dialog.querySelector<HTMLElement>("[role='alert']");
  if (place === null) return;
  place.hidden = words === "";
  place.textContent = words;
}

function pageToken(): string {
  return document.querySelector<HTMLInputElement>("input[name='csrf']")?.value ?? "";
}
