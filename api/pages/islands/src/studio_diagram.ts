// The diagram island of the studio: a procedure is drawn.

import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import "bpmn-js-element-templates/dist/assets/element-templates.css";

import "./studio/diagram_look.css";
import { openDiagram } from "./studio/diagram_editor";
import { enter } from "./studio/room";

void enter(openDiagram);
