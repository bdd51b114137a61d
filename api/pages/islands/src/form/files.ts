// Files of a form go to the documents of its case as soon as they are chosen; the answer is their references.

import { Description, Errors, FilePicker, Label } from "@bpmn-io/form-js-viewer";
import { h, type VNode } from "preact";
import { useState } from "preact/hooks";

import { type Field, say, type Sentences } from "./sheet";

interface Props {
  field: Field;
  value?: string | string[] | null;
  errors?: string[];
  domId: string;
  disabled?: boolean;
  readonly?: boolean;
  onChange(change: { value: string[] | null }): void;
}

interface Kept {
  id: string;
  name: string;
}

type FormField = ((props: Props) => VNode) & { config: unknown };

// Files that are on their way: a form that is sent meanwhile waits for them, as their references belong into it.
let onTheirWay: Promise<unknown> = Promise.resolve();

export function allFilesKept(): Promise<unknown> {
  return onTheirWay;
}

export function filesKeptAt(address: string | null, token: string, words: Sentences): FormField {
  async function keep(file: File): Promise<Kept> {
    const body = new FormData();
    body.append("file", file);
    const headers = { "X-CSRF-Token": token, Accept: "application/json" };
    const answer = await fetch(address ?? "", { method: "POST", body, headers });
    const told = (await answer.json().catch(() => ({}))) as Partial<Kept> & { detail?: string };
    if (!answer.ok || told.id === undefined) throw new Error(told.detail ?? words.upload_failed);
    return { id: told.id, name: told.name ?? file.name };
  }

  const Files: FormField = (props: Props): VNode => {
    const { field, domId, errors = [] } = props;
    const [names, setNames] = useState<string[]>([]);
    const [problem, setProblem] = useState<string | null>(null);
    const kept = Array.isArray(props.value) ? props.value.length : props.value ? 1 : 0;
    const shownErrors = problem === null ? errors : [problem, ...errors];

    async function choose(event: Event): Promise<void> {
      const files = [...((event.target as HTMLInputElement).files ?? [])];
      setProblem(null);
      setNames([say(words.uploading)]);
      try {
        const documents = await Promise.all(files.map(keep));
        setNames(documents.map((document) => document.name));
        props.onChange({ value: documents.length ? documents.map((document) => document.id) : null });
      } catch (failure) {
        setNames([]);
        setProblem(failure instanceof Error ? failure.message : String(failure));
      }
    }

    return h("div", { class: `fjs-form-field fjs-form-field-filepicker${shownErrors.length ? " fjs-has-errors" : ""}` }, [
      h(Label as never, { htmlFor: domId, label: field.label ?? "", required: field.validate?.required } as never),
      h("input", {
        type: "file",
        id: domId,
        class: "file-input",
        accept: field.accept,
        multiple: field.multiple === true,
        disabled: props.disabled || props.readonly || address === null,
        "aria-invalid": shownErrors.length > 0,
        "aria-describedby": `${domId}-description ${domId}-error-message`,
        onChange: (event: Event) => {
          const chosen = choose(event);
          onTheirWay = onTheirWay.then(() => chosen);
        },
      }),
      // The browser's own button speaks the language of its settings, so it is covered by one that speaks the reader's.
      h("label", { class: "button second small", for: domId, "aria-hidden": "true" }, words[field.multiple ? "choose_files" : "choose_file"]),
      h("p", { class: "hint", "aria-live": "polite" }, names.length ? names.join(", ") : kept ? say(words.files_kept, { count: kept }) : ""),
      h(Description as never, { id: `${domId}-description`, description: address === null ? words.files_later : field.description } as never),
      h(Errors as never, { id: `${domId}-error-message`, errors: shownErrors } as never),
    ]);
  };
  Files.config = FilePicker.config;
  return Files;
}
