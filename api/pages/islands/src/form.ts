// The form island: a procedure's form, filled in here and sent with the page's own form, so that everything
// that a page does around it (signing in again, showing what was refused) works for it too.

import { createForm, type Form } from "@bpmn-io/form-js-viewer";
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";

import { Drafts } from "./form/drafts";
import { allFilesKept, filesKeptAt } from "./form/files";
import "./form/look.css";
import { Moment } from "./form/moments";
import { keepSpeaking } from "./form/own_words";
import { Problems } from "./form/problems";
import { selectSaying } from "./form/selects";
import { read, type Sheet, type Values } from "./form/sheet";
import { takeOver } from "./form/taken_over";
import { validatorSaying } from "./form/validator";

for (const place of document.querySelectorAll<HTMLElement>("[data-island='form']")) void show(place);

async function show(place: HTMLElement): Promise<void> {
  const sheet = read(place);
  const send = document.getElementById(place.dataset.send ?? "") as HTMLFormElement | null;
  const token = send?.querySelector<HTMLInputElement>("input[name='csrf']")?.value ?? "";
  const container = document.createElement("div");
  const above = document.createElement("div");
  place.append(above, container);
  keepSpeaking(container, sheet.words);
  const form = await createForm({
    container,
    schema: sheet.schema,
    data: sheet.data,
    properties: { readOnly: sheet.readOnly },
    // form-js takes what is typed a third of a second late, and loses it to whoever is quick with the button.
    debounce: false,
    additionalModules: [validatorSaying(sheet.messages), ownFields(sheet, token)],
  } as never);
  place.dataset.ready = "yes";
  if (send === null || sheet.readOnly) return;
  takeOver(form, sheet.data, send);
  tellWhatIsTyped(form, send);
  const list = document.getElementById(place.dataset.listed ?? "");
  const problems = new Problems(form, above, sheet.words, list);
  if (Object.keys(sheet.errors).length > 0) requestAnimationFrame(() => problems.bring(sheet.errors));
  const isJudgedByItself = place.dataset.listed === undefined;
  sendWith(form, send, problems, isJudgedByItself, draftsOf(place, form, sheet, token));
}

function ownFields(sheet: Sheet, token: string): object {
  class OwnFields {
    static $inject = ["formFields"];

    constructor(fields: { register(type: string, field: unknown): void }) {
      fields.register("datetime", Moment);
      fields.register("select", selectSaying(sheet.words));
      fields.register("filepicker", filesKeptAt(sheet.uploads, token, sheet.words));
    }
  }
  return { __init__: ["ownFields"], ownFields: ["type", OwnFields] };
}

function draftsOf(place: HTMLElement, form: Form, sheet: Sheet, token: string): Drafts | null {
  const { draft, version, draftState } = place.dataset;
  const state = document.getElementById(draftState ?? "");
  if (draft === undefined || version === undefined || state === null) return null;
  const drafts = new Drafts(draft, token, () => form._getSubmitData() as Values, sheet.words, state, Number(version));
  form.on("changed", () => drafts.touch());
  return drafts;
}

// Keep the page's own form up to date with what is typed here, for what the page asks the server meanwhile.
function tellWhatIsTyped(form: Form, send: HTMLFormElement): void {
  let last = JSON.stringify(form._getSubmitData());
  put(send, "data", last);
  form.on("changed", () => {
    const typed = JSON.stringify(form._getSubmitData());
    if (typed === last) return;
    last = typed;
    put(send, "data", typed);
    send.dispatchEvent(new Event("application"));
  });
}

// A form that is judged by itself is held back while something is wrong in it. Otherwise it goes to the server with
// the rest of the page, so that everything is told at once.
function sendWith(
  form: Form,
  send: HTMLFormElement,
  problems: Problems,
  isJudgedByItself: boolean,
  drafts: Drafts | null,
): void {
  let isOnItsWay = false;
  send.addEventListener("submit", async (event) => {
    if (isOnItsWay) {
      event.preventDefault();
      return;
    }
    if (event.submitter?.hasAttribute("formaction")) {
      // A question about what is typed so far, and not the answer: it need not be right yet.
      put(send, "data", JSON.stringify(form._getSubmitData()));
      return;
    }
    event.preventDefault();
    await allFilesKept();
    if (isOnItsWay) return;
    const { data, errors } = form.submit();
    if (isJudgedByItself && Object.keys(errors).length > 0) {
      requestAnimationFrame(() => problems.tell());
      return;
    }
    isOnItsWay = true;
    problems.clear();
    await drafts?.settle();
    drafts?.stop();
    put(send, "data", JSON.stringify(data));
    if (drafts !== null) put(send, "version", String(drafts.version));
    send.submit();
  });
  // Coming back by the browser's arrow shows the page as it was left: it can be sent again.
  addEventListener("pageshow", () => (isOnItsWay = false));
}

function put(send: HTMLFormElement, name: string, value: string): void {
  const field = send.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}
