// The diagram island: a case's diagram with what is done and what is under way, to be looked at closely by
// mouse and by keyboard. Everything it shows stands in the list of steps above it too.

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/diagram-js.css";

import "./diagram/look.css";

interface Sheet {
  bpmn: string;
  completed: string[];
  active: string[];
  // Where the case stopped, if it did.
  stuck: string[];
  // What can be chosen with a click, as with the page's radio button of that value, and what is chosen already.
  choices: string[];
  chosen: string | null;
  // Where a case was that has been ended.
  stopped: string[];
  // What steps are called in the reader's language, by id.
  names: { [id: string]: string };
  words: { [name: string]: string };
}

interface Canvas {
  zoom(step?: number | "fit-viewport", center?: "auto"): number;
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  scroll(by: { dx: number; dy: number }): void;
}

interface Drawn {
  businessObject: { name?: string };
  // What stands beside an element, drawn apart from it, with the same name.
  labels?: Drawn[];
}

interface Elements {
  get(id: string): Drawn | undefined;
}

const LARGER = 1.25;
const MOVE = 60;

for (const place of document.querySelectorAll<HTMLElement>("[data-island='diagram']")) void draw(place);

async function draw(place: HTMLElement): Promise<void> {
  const source = place.querySelector<HTMLScriptElement>("script[type='application/json']");
  if (source === null) return;
  const sheet = JSON.parse(source.text) as Sheet;
  const container = document.createElement("div");
  container.className = "drawing";
  container.tabIndex = 0;
  container.setAttribute("role", "group");
  container.setAttribute("aria-label", sheet.words.diagram ?? "");
  place.append(container);
  const viewer = new NavigatedViewer({ container });
  try {
    await viewer.importXML(sheet.bpmn);
  } catch (problem) {
    // A diagram may say how a case goes and not where its elements stand: then the list is all there is.
    console.warn("The diagram cannot be drawn.", problem);
    container.remove();
    return;
  }
  const canvas = viewer.get<Canvas>("canvas");
  const elements = viewer.get<Elements>("elementRegistry");
  mark(canvas, elements, sheet.completed, "is-done");
  mark(canvas, elements, sheet.active, "is-now");
  mark(canvas, elements, sheet.stuck, "is-stuck");
  offer(viewer, canvas, elements, sheet);
  mark(canvas, elements, sheet.stopped, "is-stopped");
  name(viewer, elements, sheet.names);
  canvas.zoom("fit-viewport", "auto");
  place.prepend(buttons(canvas, sheet.words));
  container.addEventListener("keydown", (event) => steer(event, canvas));
  place.dataset.ready = "yes";
}

function mark(canvas: Canvas, elements: Elements, ids: string[], marker: string): void {
  for (const id of ids) if (elements.get(id) !== undefined) canvas.addMarker(id, marker);
}

function offer(viewer: NavigatedViewer, canvas: Canvas, elements: Elements, sheet: Sheet): void {
  const choices = sheet.choices.filter((id) => elements.get(id) !== undefined);
  if (choices.length === 0) return;
  mark(canvas, elements, choices, "is-offered");
  let chosen = sheet.chosen;
  if (chosen !== null) mark(canvas, elements, [chosen], "is-chosen");
  const radios = choices.flatMap((id) => [...document.querySelectorAll<HTMLInputElement>(`input[type='radio'][value='${CSS.escape(id)}']`)]);
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      if (chosen !== null && elements.get(chosen) !== undefined) canvas.removeMarker(chosen, "is-chosen");
      chosen = radio.value;
      mark(canvas, elements, [chosen], "is-chosen");
    });
  }
  viewer.get<{ on(event: string, heard: (told: { element: { id: string } }) => void): void }>("eventBus").on("element.click", (told) => {
    radios.find((radio) => radio.value === told.element.id)?.click();
  });
}

function name(viewer: NavigatedViewer, elements: Elements, names: Sheet["names"]): void {
  const changed = Object.entries(names).flatMap(([id, words]) => {
    const element = elements.get(id);
    if (element === undefined || element.businessObject.name === words) return [];
    element.businessObject.name = words;
    return [element, ...(element.labels ?? [])];
  });
  viewer.get<{ fire(event: string, told: object): void }>("eventBus").fire("elements.changed", { elements: changed });
}

function buttons(canvas: Canvas, words: Sheet["words"]): HTMLElement {
  const row = document.createElement("p");
  row.className = "buttons unprinted";
  row.append(
    button(words.larger, () => canvas.zoom(canvas.zoom() * LARGER, "auto")),
    button(words.smaller, () => canvas.zoom(canvas.zoom() / LARGER, "auto")),
    button(words.whole, () => canvas.zoom("fit-viewport", "auto")),
  );
  return row;
}

function button(words: string | undefined, press: () => void): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button second small";
  made.textContent = words ?? "";
  made.addEventListener("click", press);
  return made;
}

function steer(event: KeyboardEvent, canvas: Canvas): void {
  const moves: { [key: string]: () => void } = {
    "+": () => canvas.zoom(canvas.zoom() * LARGER, "auto"),
    "-": () => canvas.zoom(canvas.zoom() / LARGER, "auto"),
    "0": () => canvas.zoom("fit-viewport", "auto"),
    ArrowLeft: () => canvas.scroll({ dx: MOVE, dy: 0 }),
    ArrowRight: () => canvas.scroll({ dx: -MOVE, dy: 0 }),
    ArrowUp: () => canvas.scroll({ dx: 0, dy: MOVE }),
    ArrowDown: () => canvas.scroll({ dx: 0, dy: -MOVE }),
  };
  const move = moves[event.key];
  if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  move();
}
