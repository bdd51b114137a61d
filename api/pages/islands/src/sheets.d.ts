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
