// One of several fixed options, with the browser's own field: form-js's list is drawn by hand, and neither
// screen readers nor a phone's own chooser know it. Options that are looked up stay with form-js.

import { Description, Errors, Label, Select } from "@bpmn-io/form-js-viewer";
import { h, type VNode } from "preact";

import type { Field, Sentences } from "./sheet";

interface Option {
  label: string;
  value: unknown;
}

interface Props {
  field: Field & { values?: Option[]; searchable?: boolean };
  value?: unknown;
  errors?: string[];
  domId: string;
  disabled?: boolean;
  readonly?: boolean;
  onChange(change: { value: unknown }): void;
  onBlur?(): void;
  onFocus?(): void;
}

type FormField = ((props: Props) => VNode) & { config: unknown };

export function selectSaying(words: Sentences): FormField {
  const Choice: FormField = (props: Props): VNode => {
    const { field, domId, errors = [], value = null } = props;
    const options = field.values;
    if (options === undefined || field.searchable) return h(Select as never, props as never);
    const chosen = options.findIndex((option) => JSON.stringify(option.value) === JSON.stringify(value));
    return h("div", { class: `fjs-form-field fjs-form-field-select${errors.length ? " fjs-has-errors" : ""}` }, [
      h(Label as never, { htmlFor: domId, label: field.label ?? "", required: field.validate?.required } as never),
      h(
        "select",
        {
          class: "input",
          id: domId,
          disabled: props.disabled || props.readonly,
          required: field.validate?.required,
          "aria-invalid": errors.length > 0,
          "aria-describedby": `${domId}-description ${domId}-error-message`,
          onFocus: props.onFocus,
          onBlur: props.onBlur,
          onChange: (event: Event) => {
            const place = Number((event.target as HTMLSelectElement).value);
            props.onChange({ value: options[place]?.value ?? null });
          },
        },
        [
          h("option", { value: "-1", selected: chosen < 0 }, words.Select),
          ...options.map((option, place) => h("option", { value: String(place), selected: place === chosen }, option.label)),
        ],
      ),
      h(Description as never, { id: `${domId}-description`, description: field.description } as never),
      h(Errors as never, { id: `${domId}-error-message`, errors } as never),
    ]);
  };
  Choice.config = Select.config;
  return Choice;
}
