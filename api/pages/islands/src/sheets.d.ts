// Style sheets that an island draws in.
declare module "*.css";

// Libraries of editors that say nothing of their types: modules that are only handed on.
declare module "camunda-bpmn-js-behaviors/lib/camunda-cloud";
declare module "bpmn-js-properties-panel" {
  export const BpmnPropertiesPanelModule: object;
  export const BpmnPropertiesProviderModule: object;
  export const ZeebePropertiesProviderModule: object;
}
declare module "bpmn-js-element-templates" {
  export const CloudElementTemplatesPropertiesProviderModule: object;
}
declare module "dmn-js/lib/Modeler" {
  interface View {
    element: { id: string; name?: string };
    type: string;
  }
  interface Viewer {
    on(event: string, heard: () => void): void;
  }
  export default class DmnModeler {
    constructor(options: { container: HTMLElement });
    importXML(text: string): Promise<void>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    getViews(): View[];
    open(view: View): Promise<void>;
    getActiveViewer(): Viewer | undefined;
    on(event: string, heard: () => void): void;
  }
}
