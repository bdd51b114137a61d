// Dates and times with the browser's own fields, instead of form-js's calendar: they speak the reader's
// language, work by keyboard and on a phone, and need no style of their own.

import { Datetime, Description, Errors, Label } from "@bpmn-io/form-js-viewer";
import { h, type VNode } from "preact";

import type { Field } from "./sheet";

interface Props {
  field: Field;
  value?: string | null;
  errors?: string[];
  domId: string;
  disabled?: boolean;
  readonly?: boolean;
  onChange(change: { value: string | null }): void;
  onBlur?(): void;
  onFocus?(): void;
}

const INPUTS = { date: "date", time: "time", datetime: "datetime-local" } as const;

export function Moment(props: Props): VNode {
  const { field, domId, errors = [], disabled = false, readonly = false } = props;
  const label = [field.dateLabel, field.timeLabel].filter(Boolean).join(", ") || field.label || "";
  const describedBy = `${domId}-description ${domId}-error-message`;
  const state = errors.length ? " fjs-has-errors" : "";
  return h("div", { class: `fjs-form-field fjs-form-field-datetime${state}` }, [
    h(Label as never, { htmlFor: domId, label, required: field.validate?.required } as never),
    h("input", {
      class: "fjs-input",
      id: domId,
      type: INPUTS[field.subtype ?? "date"],
      value: shown(props.value ?? "", field),
      min: field.disallowPassedDates && field.subtype === "date" ? localDay(new Date()) : undefined,
      disabled,
      readOnly: readonly,
      required: field.validate?.required,
      "aria-invalid": errors.length > 0,
      "aria-describedby": describedBy,
      onFocus: props.onFocus,
      onBlur: props.onBlur,
      onInput: (event: Event) => props.onChange({ value: kept((event.target as HTMLInputElement).value, field) }),
    }),
    // The browser writes a date as its own settings have it; here it stands as the reader writes it.
    h("p", { class: "hint day", "aria-hidden": "true" }, spelled(props.value ?? "", field)),
    h(Description as never, { id: `${domId}-description`, description: field.description } as never),
    h(Errors as never, { id: `${domId}-error-message`, errors } as never),
  ]);
}
Moment.config = Datetime.config;

// What a form keeps, as the browser's field shows it: in the reader's own time zone.
function shown(value: string, field: Field): string {
  if (value === "" || field.subtype === "date" || field.subtype === undefined) return value;
  if (field.timeSerializingFormat === "no_timezone") return value.slice(0, field.subtype === "time" ? 5 : 16);
  const moment = new Date(field.subtype === "time" ? `${localDay(new Date())}T${value}` : value);
  if (Number.isNaN(moment.getTime())) return "";
  return field.subtype === "time" ? localClock(moment) : `${localDay(moment)}T${localClock(moment)}`;
}

// The day as people here write it, with its weekday: `Δευτέρα 09/03/2026`; nothing for a time alone.
function spelled(value: string, field: Field): string {
  const [year, month, day] = shown(value, field).slice(0, 10).split("-").map(Number);
  if (field.subtype === "time" || !year || !month || !day) return "";
  const language = document.documentElement.lang === "el" ? "el-GR" : "en-GB";
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long" }).format(new Date(year, month - 1, day));
  return `${weekday} ${twoDigits(day)}/${twoDigits(month)}/${String(year).padStart(4, "0")}`;
}

function kept(typed: string, field: Field): string | null {
  if (typed === "") return null;
  if (field.subtype === "date" || field.subtype === undefined) return typed;
  if (field.timeSerializingFormat === "no_timezone") return typed;
  const moment = new Date(field.subtype === "time" ? `${localDay(new Date())}T${typed}` : typed);
  if (field.timeSerializingFormat === "utc_normalized") {
    const inUtc = moment.toISOString();
    return field.subtype === "time" ? `${inUtc.slice(11, 16)}Z` : `${inUtc.slice(0, 16)}Z`;
  }
  return typed + offsetOf(moment);
}

function localDay(moment: Date): string {
  return [moment.getFullYear(), twoDigits(moment.getMonth() + 1), twoDigits(moment.getDate())].join("-");
}

function localClock(moment: Date): string {
  return `${twoDigits(moment.getHours())}:${twoDigits(moment.getMinutes())}`;
}

function offsetOf(moment: Date): string {
  const minutes = -moment.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
