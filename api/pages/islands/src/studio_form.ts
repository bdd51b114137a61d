// The form island of the studio: a form is drawn with the editor of form-js.

import { FormEditor } from "@bpmn-io/form-js-editor";
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";

import "./studio/form_look.css";
import { enter } from "./studio/room";
import type { Finding } from "./studio/sheet";

interface Selection {
  set(field: object): void;
}

interface Fields {
  getAll(): { id: string; key?: string; path?: string }[];
}

void enter(async (place, text) => {
  const editor = new FormEditor({ container: place });
  await editor.importSchema(JSON.parse(text) as never);
  let opened = text;
  let isChanged = false;
  return {
    text: async () => {
      if (isChanged) opened = `${JSON.stringify(editor.getSchema(), null, 2)}\n`;
      isChanged = false;
      return opened;
    },
    onChange: (changed) =>
      editor.on("commandStack.changed", () => {
        isChanged = true;
        changed();
      }),
    show: (finding) => select(editor, finding, opened),
    mark: () => undefined,
  };
});

// Choose the field in whose lines the finding stands: the last one whose id or key was named before it.
function select(editor: FormEditor, finding: Finding, text: string): void {
  const before = text.split("\n").slice(0, finding.line + 1).join("\n");
  const fields = editor.get("formFieldRegistry") as Fields;
  const found = fields
    .getAll()
    .map((field) => ({ field, at: Math.max(before.lastIndexOf(`"id": "${field.id}"`), before.lastIndexOf(`"key": "${field.key ?? ""}"`)) }))
    .sort((one, other) => other.at - one.at)[0];
  if (found !== undefined && found.at >= 0) (editor.get("selection") as Selection).set(found.field);
}
