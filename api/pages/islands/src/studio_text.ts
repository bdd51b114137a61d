// The text island of the studio: metadata, scenarios and notes as they are written.

import { enter } from "./studio/room";
import type { Finding } from "./studio/sheet";

void enter(async (place, text, sheet) => {
  const area = document.createElement("textarea");
  area.className = "studio-text";
  area.value = text;
  area.spellcheck = false;
  area.wrap = "off";
  area.readOnly = sheet.readOnly;
  area.setAttribute("aria-label", sheet.file ?? "");
  place.append(area);
  return {
    text: async () => area.value,
    onChange: (changed) => area.addEventListener("input", changed),
    show: (finding) => leadTo(area, finding),
    mark: () => undefined,
  };
});

// Select what is wrong, or its whole line, and bring it into sight.
function leadTo(area: HTMLTextAreaElement, finding: Finding): void {
  const lines = area.value.split("\n");
  const before = lines.slice(0, finding.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const line = lines[finding.line - 1] ?? "";
  const from = before + Math.max(0, finding.column - 1);
  const to = finding.end_column > finding.column ? before + finding.end_column - 1 : before + line.length;
  area.focus();
  area.setSelectionRange(from, to);
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (finding.line - 4) * height);
}
