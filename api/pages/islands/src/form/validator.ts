// Judges answers while they are typed, in the words with which the server would refuse them.

import { isAfm, isAmka, isEmail, isGreekPhone, isGreekPostcode, isIban, isPhone } from "./checks";
import { type Field, type Instance, type Sentences, say } from "./sheet";

type Check = readonly [(text: string) => boolean, string];

const OWN_CHECKS: { [name: string]: Check } = {
  afm: [isAfm, "afm"],
  amka: [isAmka, "amka"],
  iban: [isIban, "iban"],
  "gr-postcode": [isGreekPostcode, "gr-postcode"],
  "gr-phone": [isGreekPhone, "gr-phone"],
};
const VALIDATION_TYPES: { [name: string]: Check } = { email: [isEmail, "email"], phone: [isPhone, "phone"] };

interface Fields {
  get(id: string): Field | undefined;
}

// A validator in the place of form-js's own. Bounds that are expressions are left to the server.
export function validatorSaying(messages: Sentences): object {
  class SayingValidator {
    static $inject = ["formFieldRegistry"];

    constructor(private readonly fields: Fields) {}

    validateFieldInstance(instance: Instance, value: unknown): string[] {
      const field = this.fields.get(instance.id);
      const problem = field === undefined ? undefined : problemOf(field, value, messages);
      return problem === undefined ? [] : [problem];
    }

    validateField(field: Field, value: unknown): string[] {
      const problem = problemOf(field, value, messages);
      return problem === undefined ? [] : [problem];
    }
  }
  return { validator: ["type", SayingValidator] };
}

function problemOf(field: Field, value: unknown, messages: Sentences): string | undefined {
  if (isUnanswered(field, value)) {
    if (!field.validate?.required) return undefined;
    return say(messages[field.type === "checkbox" ? "must_be_ticked" : "required"]);
  }
  if (typeof value === "string" && field.type !== "number") return problemOfText(field, value, messages);
  return field.type === "number" ? problemOfNumber(field, String(value), messages) : undefined;
}

// A choice may well be false; only a box that is not ticked is unanswered then.
function isUnanswered(field: Field, value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  const isUnticked = value === false && field.type === "checkbox";
  return value === undefined || value === null || value === "" || isUnticked || isEmptyList;
}

function problemOfText(field: Field, text: string, messages: Sentences): string | undefined {
  const { minLength, maxLength, pattern, validationType } = field.validate ?? {};
  const found = [...text].length;
  if (maxLength !== undefined && found > maxLength) return say(messages.too_long, { most: maxLength, found });
  if (minLength !== undefined && found < minLength) return say(messages.too_short, { least: minLength, found });
  if (pattern && !new RegExp(pattern).test(text)) return say(messages.pattern);
  const check = OWN_CHECKS[field.properties?.["stoa:check"] ?? ""] ?? VALIDATION_TYPES[validationType ?? ""];
  return check === undefined || check[0](text) ? undefined : say(messages[check[1]]);
}

function problemOfNumber(field: Field, text: string, messages: Sentences): string | undefined {
  const number = Number(text);
  if (Number.isNaN(number)) return say(messages.expected_number);
  const most = field.decimalDigits;
  if (most !== undefined && (text.split(".")[1]?.length ?? 0) > most) return say(messages.too_precise, { most });
  const { min, max } = field.validate ?? {};
  if (isBound(min) && number < Number(min)) return say(messages.too_small, { least: min, found: text });
  if (isBound(max) && number > Number(max)) return say(messages.too_large, { most: max, found: text });
  return undefined;
}

function isBound(bound: number | string | undefined): bound is number | string {
  return bound !== undefined && bound !== "" && !(typeof bound === "string" && bound.startsWith("="));
}
