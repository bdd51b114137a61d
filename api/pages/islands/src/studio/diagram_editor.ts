// The diagram editor: bpmn-js with the properties of the Camunda 8 dialect and our element templates.

import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import ZeebeBehaviors from "camunda-bpmn-js-behaviors/lib/camunda-cloud";
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
} from "bpmn-js-properties-panel";
import { CloudElementTemplatesPropertiesProviderModule } from "bpmn-js-element-templates";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";

import { speaking } from "./greek";
import { button, type Editor, type Finding, type Sheet } from "./sheet";
import { templates } from "./templates";

const MARKS = ["has-error", "has-warning", "has-hint"];
const LARGER = 1.25;

// What the palette covers at the left of the canvas, and what stays free around a whole diagram, in pixels.
const PALETTE = 130;
const MARGIN = 20;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Canvas {
  viewbox(): { inner: Box; outer: { width: number; height: number } };
  viewbox(shown: Box): void;
  zoom(step?: number | "fit-viewport", center?: "auto"): number;
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  scrollToElement(element: object, padding?: number): void;
}

interface Registry {
  get(id: string): object | undefined;
}

interface Overlays {
  add(id: string, type: string, overlay: object): void;
  remove(filter: { type: string }): void;
}

export async function openDiagram(place: HTMLElement, text: string, sheet: Sheet): Promise<Editor> {
  const canvasPlace = document.createElement("div");
  canvasPlace.className = "studio-canvas";
  place.append(canvasPlace);
  const modeler = new Modeler({
    container: canvasPlace,
    propertiesPanel: { parent: document.getElementById("studio-properties") ?? undefined },
    additionalModules: [
      speaking(sheet.language),
      ZeebeBehaviors,
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      CloudElementTemplatesPropertiesProviderModule,
    ],
    moddleExtensions: { zeebe },
    keyboard: { bind: true },
  } as never);
  modeler.get<{ setTemplates(all: object[]): void }>("elementTemplatesLoader").setTemplates(templates(sheet.language));
  await modeler.importXML(text);
  const canvas = modeler.get<Canvas>("canvas");
  showWhole(canvas);
  place.prepend(tools(modeler, canvas, sheet));
  return new DiagramEditor(modeler, canvas, text);
}

// The whole diagram beside the palette, which would cover its beginning.
function showWhole(canvas: Canvas): void {
  canvas.zoom("fit-viewport", "auto");
  const { inner, outer } = canvas.viewbox();
  if (inner.width === 0 || inner.height === 0 || outer.width <= PALETTE + 2 * MARGIN) return;
  const across = (outer.width - PALETTE - MARGIN) / inner.width;
  const scale = Math.min(1, across, (outer.height - 2 * MARGIN) / inner.height);
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({ x: inner.x - PALETTE / scale, y: inner.y - (height - inner.height) / 2, width, height });
}

function tools(modeler: Modeler, canvas: Canvas, sheet: Sheet): HTMLElement {
  const row = document.createElement("p");
  row.className = "buttons studio-tools";
  const stack = modeler.get<{ undo(): void; redo(): void }>("commandStack");
  row.append(
    button(sheet.words.undo, () => stack.undo()),
    button(sheet.words.redo, () => stack.redo()),
    button(sheet.words.larger, () => canvas.zoom(canvas.zoom() * LARGER, "auto")),
    button(sheet.words.smaller, () => canvas.zoom(canvas.zoom() / LARGER, "auto")),
    button(sheet.words.whole, () => showWhole(canvas)),
  );
  return row;
}

class DiagramEditor implements Editor {
  private isChanged = false;
  private marked: [string, string][] = [];

  // `opened` is the text as it came: until something is drawn it stays so, byte by byte.
  constructor(
    private readonly modeler: Modeler,
    private readonly canvas: Canvas,
    private opened: string,
  ) {}

  async text(): Promise<string> {
    if (this.isChanged) {
      this.isChanged = false;
      this.opened = (await this.modeler.saveXML({ format: true })).xml ?? this.opened;
    }
    return this.opened;
  }

  onChange(changed: () => void): void {
    this.modeler.on("commandStack.changed", () => {
      this.isChanged = true;
      changed();
    });
  }

  show(finding: Finding): void {
    const found = finding.element === null ? undefined : this.element(finding.element);
    if (found === undefined) return;
    this.canvas.scrollToElement(found, 120);
    this.modeler.get<{ select(element: object): void }>("selection").select(found);
    document.getElementById("studio-editor")?.scrollIntoView({ block: "nearest" });
  }

  mark(findings: Finding[]): void {
    for (const [id, marker] of this.marked) if (this.element(id) !== undefined) this.canvas.removeMarker(id, marker);
    const overlays = this.modeler.get<Overlays>("overlays");
    overlays.remove({ type: "finding" });
    this.marked = [];
    const byElement = new Map<string, Finding[]>();
    for (const finding of findings) {
      if (finding.element === null || this.element(finding.element) === undefined) continue;
      byElement.set(finding.element, [...(byElement.get(finding.element) ?? []), finding]);
    }
    for (const [id, found] of byElement) {
      const marker = MARKS.find((one) => found.some((finding) => `has-${finding.severity}` === one)) ?? "has-hint";
      this.canvas.addMarker(id, marker);
      this.marked.push([id, marker]);
      overlays.add(id, "finding", { position: { top: -12, right: 12 }, html: badge(found, marker) });
    }
  }

  async preview(place: HTMLElement, text: string): Promise<void> {
    const container = document.createElement("div");
    container.className = "drawing";
    place.append(container);
    const viewer = new NavigatedViewer({ container });
    await viewer.importXML(text);
    viewer.get<Canvas>("canvas").zoom("fit-viewport", "auto");
  }

  private element(id: string): object | undefined {
    return this.modeler.get<Registry>("elementRegistry").get(id);
  }
}

function badge(findings: Finding[], marker: string): HTMLElement {
  const made = document.createElement("span");
  made.className = `studio-badge ${marker}`;
  made.textContent = String(findings.length);
  made.title = findings.map((finding) => `${finding.message} ${finding.remedy}`).join("\n");
  return made;
}
