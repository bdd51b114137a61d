// The diagram island: a diagram with marks on its elements, to be looked at closely by mouse and by keyboard. It
// shows nothing that does not stand in a list beside it too. Of a case it marks what is done and what is under way;
// other pages say by element which classes it gets, and by class which sign. Two diagrams of the same name move together.

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/diagram-js.css";

import "./diagram/look.css";

interface Sheet {
  bpmn: string;
  completed?: string[];
  active?: string[];
  // Where the case stopped, if it did.
  stuck?: string[];
  // What can be chosen with a click, as with the page's radio button of that value, and what is chosen already.
  choices?: string[];
  chosen?: string | null;
  // Where a case was that has been ended.
  stopped?: string[];
  // The classes of elements by id, and by class the sign that says the same without colour.
  classes?: { [id: string]: string[] };
  signs?: { [marker: string]: string };
  // What steps are called in the reader's language, by id.
  names: { [id: string]: string };
  words: { [name: string]: string };
}

interface Canvas {
  zoom(step?: number | "fit-viewport", center?: "auto"): number;
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  scroll(by: { dx: number; dy: number }): void;
  scrollToElement(id: string, padding?: number): void;
  viewbox(): Box;
  viewbox(box: Box): void;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Overlays {
  add(id: string, overlay: { position: { top: number; right: number }; html: HTMLElement }): void;
}

interface EventBus {
  on(event: string, heard: (told: { element: { id: string } }) => void): void;
  fire(event: string, told: object): void;
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
const POINTED = "is-pointed-at";
// The canvases by the name that they share, and whether one of them is moving the others just now.
const together = new Map<string, Canvas[]>();
let following = false;

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
  mark(canvas, elements, sheet.completed ?? [], "is-done");
  mark(canvas, elements, sheet.active ?? [], "is-now");
  mark(canvas, elements, sheet.stuck ?? [], "is-stuck");
  offer(viewer, canvas, elements, sheet);
  mark(canvas, elements, sheet.stopped ?? [], "is-stopped");
  classify(viewer, canvas, elements, sheet);
  name(viewer, elements, sheet.names);
  canvas.zoom("fit-viewport", "auto");
  point(viewer, canvas, elements, place.dataset.of ?? "element");
  const shared = place.dataset.together;
  if (shared !== undefined) follow(viewer, canvas, shared);
  place.prepend(buttons(canvas, sheet.words));
  container.addEventListener("keydown", (event) => steer(event, canvas));
  place.dataset.ready = "yes";
}

function mark(canvas: Canvas, elements: Elements, ids: string[], marker: string): void {
  for (const id of ids) if (elements.get(id) !== undefined) canvas.addMarker(id, marker);
}

function classify(viewer: NavigatedViewer, canvas: Canvas, elements: Elements, sheet: Sheet): void {
  const overlays = viewer.get<Overlays>("overlays");
  for (const [id, classes] of Object.entries(sheet.classes ?? {})) {
    if (elements.get(id) === undefined) continue;
    for (const marker of classes) {
      canvas.addMarker(id, marker);
      const sign = sheet.signs?.[marker];
      if (sign === undefined) continue;
      const html = document.createElement("span");
      html.className = `sign ${marker}`;
      html.textContent = sign;
      overlays.add(id, { position: { top: -10, right: 10 }, html });
    }
  }
}

// What in the page speaks of an element (data-element, or what the diagram is said to be of: data-old) shows it when
// it is pointed at or has the focus. A click on an element leads to the field that speaks of it.
function point(viewer: NavigatedViewer, canvas: Canvas, elements: Elements, about: string): void {
  let shown: string | undefined;
  const show = (event: Event): void => {
    const looked = event.target instanceof Element ? event.target.closest<HTMLElement>(`[data-${about}]`) : null;
    // Where the mouse points at nothing that speaks of an element, what has the focus still does.
    const target = looked ?? document.activeElement?.closest<HTMLElement>(`[data-${about}]`);
    const id = target?.dataset[about];
    if (id === shown) return;
    if (shown !== undefined) canvas.removeMarker(shown, POINTED);
    shown = id !== undefined && elements.get(id) !== undefined ? id : undefined;
    if (shown === undefined) return;
    canvas.addMarker(shown, POINTED);
    canvas.scrollToElement(shown);
  };
  document.addEventListener("focusin", show);
  document.addEventListener("mouseover", show);
  document.addEventListener("change", show);
  viewer.get<EventBus>("eventBus").on("element.click", (told) => {
    const speaking = document.querySelector(`[data-${about}='${CSS.escape(told.element.id)}']`);
    speaking?.querySelector<HTMLElement>("select, input, a")?.focus();
  });
}

// A field whose choice is what its row stands for (data-chooses: new) says so before the diagrams look.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLSelectElement) || field.dataset.chooses === undefined) return;
  const row = field.closest<HTMLElement>("tr");
  if (row !== null) row.dataset[field.dataset.chooses] = field.value;
});

function follow(viewer: NavigatedViewer, canvas: Canvas, shared: string): void {
  const canvases = together.get(shared) ?? [];
  canvases.push(canvas);
  together.set(shared, canvases);
  viewer.get<EventBus>("eventBus").on("canvas.viewbox.changed", () => {
    if (following) return;
    following = true;
    const { x, y, width, height } = canvas.viewbox();
    for (const other of canvases) if (other !== canvas) other.viewbox({ x, y, width, height });
    following = false;
  });
}

function offer(viewer: NavigatedViewer, canvas: Canvas, elements: Elements, sheet: Sheet): void {
  const choices = (sheet.choices ?? []).filter((id) => elements.get(id) !== undefined);
  if (choices.length === 0) return;
  mark(canvas, elements, choices, "is-offered");
  let chosen = sheet.chosen ?? null;
  if (chosen !== null) mark(canvas, elements, [chosen], "is-chosen");
  const radios = choices.flatMap((id) => [...document.querySelectorAll<HTMLInputElement>(`input[type='radio'][value='${CSS.escape(id)}']`)]);
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      if (chosen !== null && elements.get(chosen) !== undefined) canvas.removeMarker(chosen, "is-chosen");
      chosen = radio.value;
      mark(canvas, elements, [chosen], "is-chosen");
    });
  }
  viewer.get<EventBus>("eventBus").on("element.click", (told) => {
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
  viewer.get<EventBus>("eventBus").fire("elements.changed", { elements: changed });
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
