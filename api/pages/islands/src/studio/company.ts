// Company: who else is in the draft, and whether somebody has changed the file that is open here.

import { askQuietly, button, fill, type Sheet } from "./sheet";
import type { Question } from "./question";

const EVERY = 8000;

interface Answer {
  others: { name: string; file: string | null }[];
  revisions: { [file: string]: number };
}

export class Company {
  constructor(
    private readonly sheet: Sheet,
    private readonly place: HTMLElement,
    private readonly question: Question | null,
    private readonly revision: () => number,
  ) {}

  async keepAsking(): Promise<void> {
    await this.ask();
    window.setInterval(() => document.visibilityState === "visible" && void this.ask(), EVERY);
  }

  private async ask(): Promise<void> {
    const body = { file: this.sheet.file };
    const answer = await askQuietly(this.sheet.presence, this.sheet.token, body).catch(() => null);
    if (!answer?.ok) return;
    const told = (await answer.json()) as Answer;
    const { words, file } = this.sheet;
    const names = told.others.map((one) =>
      file !== null && one.file === file ? fill(words.at_this_file, { name: one.name }) : one.name,
    );
    const sentence = names.length === 0 ? (words.alone ?? "") : fill(words.others, { names: names.join("; ") });
    if (this.place.textContent !== sentence) this.place.textContent = sentence;
    const now = file === null ? undefined : told.revisions[file];
    if (now === undefined || now <= this.revision()) return;
    this.question?.askIfFree(words.changed_elsewhere ?? "", [button(words.load_again, () => location.reload())]);
  }
}
