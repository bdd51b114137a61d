// The decisions island of the studio: tables are drawn with dmn-js.

import DmnModeler from "dmn-js/lib/Modeler";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression-controls.css";

import "./studio/decisions_look.css";
import { enter } from "./studio/room";
import { button } from "./studio/sheet";

void enter(async (place, text) => {
  const tables = document.createElement("p");
  tables.className = "buttons studio-tools";
  const container = document.createElement("div");
  container.className = "studio-table";
  place.append(tables, container);
  const modeler = new DmnModeler({ container });
  await modeler.importXML(text);
  tables.append(
    ...modeler.getViews().map((view) => button(view.element.name ?? view.element.id, () => void modeler.open(view))),
  );
  let opened = text;
  let isChanged = false;
  return {
    text: async () => {
      if (isChanged) opened = (await modeler.saveXML({ format: true })).xml;
      isChanged = false;
      return opened;
    },
    onChange: (changed) => {
      const heard = new WeakSet<object>();
      const listen = (): void => {
        const viewer = modeler.getActiveViewer();
        if (viewer === undefined || heard.has(viewer)) return;
        heard.add(viewer);
        viewer.on("commandStack.changed", () => {
          isChanged = true;
          changed();
        });
      };
      listen();
      modeler.on("views.changed", listen);
    },
    show: (finding) => {
      const view = modeler.getViews().find((one) => one.element.id === finding.element);
      if (view !== undefined) void modeler.open(view);
    },
    mark: () => undefined,
  };
});
