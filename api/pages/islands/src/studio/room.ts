// The room of one file: its editor, what keeps it, its findings, and who else is there.

import { Company } from "./company";
import { Findings } from "./findings";
import { Keeper } from "./keeper";
import { LocalCopy } from "./local_copy";
import { Question } from "./question";
import { button, element, fill, readSheet, type Editor, type Finding, type Sheet } from "./sheet";

// Opens the editor of a kind of file with a text; `place` is empty.
export type Open = (place: HTMLElement, text: string, sheet: Sheet) => Promise<Editor>;

export async function enter(open: Open): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-island='studio']");
  if (place === null) return;
  const sheet = readSheet(place);
  const question = new Question(byId("studio-question"));
  const copy = new LocalCopy(sheet.draft, sheet.file ?? "");
  const begun = await restored(sheet, copy, question);
  const editor = await open(byId("studio-editor"), begun.text, sheet).catch((problem: unknown) => {
    const why = problem instanceof Error ? problem.message : String(problem);
    question.ask(fill(sheet.words.not_drawn, { why: `${why}.` }), []);
    return null;
  });
  const state = byId("studio-state");
  if (editor === null) return;
  const keeper = new Keeper(sheet, editor, copy, state, question, begun.isRestored ? sheet.content : await editor.text(), begun.revision);
  const findings = new Findings(sheet, editor, byId("studio-findings"), byId("studio-count"), byId("studio-checked"));
  void new Company(sheet, byId("studio-company"), question, () => keeper.revision).keepAsking();
  await findings.ask();
  leadToAskedPlace(editor);
  place.dataset.ready = "yes";
  if (sheet.readOnly) return;
  let turn: number | undefined;
  const changed = (): void => {
    findings.touch();
    clearTimeout(turn);
    turn = window.setTimeout(() => void editor.text().then((text) => keeper.touch(text)), 250);
  };
  editor.onChange(changed);
  if (begun.isRestored) changed();
}

interface Begun {
  text: string;
  revision: number;
  isRestored: boolean;
}

// The text to begin with: that of the server, or the one of this browser that never reached it.
async function restored(sheet: Sheet, copy: LocalCopy, question: Question): Promise<Begun> {
  const fromServer = { text: sheet.content, revision: sheet.revision, isRestored: false };
  const found = sheet.readOnly ? null : copy.found();
  if (found === null || found.text === sheet.content) {
    copy.clear();
    return fromServer;
  }
  const at = new Date(found.at).toLocaleString(sheet.language);
  return new Promise((resolve) => {
    const goOn = button(sheet.words.restore, () => {
      question.clear();
      resolve({ text: found.text, revision: found.revision, isRestored: true });
    });
    const leave = button(sheet.words.leave, () => {
      question.clear();
      copy.clear();
      resolve(fromServer);
    });
    question.ask(fill(sheet.words.restore_question, { at }), [goOn, leave]);
    goOn.focus();
  });
}

function leadToAskedPlace(editor: Editor): void {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("line")) return;
  const finding: Partial<Finding> = { line: Number(asked.get("line")), element: asked.get("element"), column: 0 };
  editor.show(finding as Finding);
}

function byId(id: string): HTMLElement {
  return document.getElementById(id) ?? element("div", "");
}
