// Keeps what is drawn: in this browser at once, on the server when drawing rests, and never over somebody else's text.

import { LocalCopy } from "./local_copy";
import { Question } from "./question";
import { button, element, fill, send, type Editor, type Sheet } from "./sheet";

const REST = 1000;
const AGAIN = 5000;

interface Answer {
  revision?: number;
  at?: string;
  theirs?: string;
  by?: string;
  detail?: string;
  title?: string;
}

export class Keeper {
  revision: number;
  private last: string;
  private timer: number | undefined;
  private keeping: Promise<void> = Promise.resolve();
  private isHeld = false;

  constructor(
    private readonly sheet: Sheet,
    private readonly editor: Editor,
    private readonly copy: LocalCopy,
    private readonly state: HTMLElement,
    private readonly question: Question,
    begun: string,
    revision: number,
  ) {
    this.last = begun;
    this.revision = revision;
    addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void this.settle());
    addEventListener("online", () => void this.settle());
    addEventListener("focus", () => void this.settle());
  }

  // What is drawn is this text now.
  touch(text: string): void {
    if (text === this.last) return;
    this.copy.put(text, this.revision);
    this.tell(this.sheet.words.typed);
    this.later(REST);
  }

  // Keep what is drawn now, and wait until it is kept.
  settle(): Promise<void> {
    clearTimeout(this.timer);
    this.keeping = this.keeping.then(() => this.keep());
    return this.keeping;
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.settle(), milliseconds);
  }

  private async keep(over = false): Promise<void> {
    const text = await this.editor.text();
    if (this.isHeld || text === this.last) return;
    this.tell(this.sheet.words.keeping);
    const body = { content: text, revision: this.revision, over };
    const answer = await send("PUT", this.sheet.keep, this.sheet.token, body, true).catch(() => null);
    const told = answer === null ? {} : ((await answer.json().catch(() => ({}))) as Answer);
    if (answer === null) this.tryLater(this.sheet.words.offline);
    else if (answer.ok && told.revision !== undefined) await this.done(text, told);
    else if (answer.status === 401) this.askToSignIn();
    else if (answer.status === 409 && told.theirs !== undefined) await this.offerBoth(text, told);
    else if (answer.status >= 500) this.tryLater(this.sheet.words.offline);
    else this.tell(fill(this.sheet.words.refused, { why: told.detail ?? told.title ?? String(answer.status) }));
  }

  private async done(text: string, told: Answer): Promise<void> {
    this.revision = told.revision ?? this.revision;
    this.last = text;
    this.question.clear();
    this.tell(fill(this.sheet.words.kept, { at: told.at ?? "" }));
    if ((await this.editor.text()) === text) this.copy.clear();
    else this.later(REST);
  }

  private tryLater(sentence: string | undefined): void {
    this.tell(sentence);
    this.later(AGAIN);
  }

  private askToSignIn(): void {
    this.tell(this.sheet.words.session_ended);
    const link = element("a", this.sheet.words.sign_in ?? "", "button second small") as HTMLAnchorElement;
    link.href = "/sign-in";
    link.target = "_blank";
    this.question.ask(this.sheet.words.session_ended ?? "", [link]);
  }

  private async offerBoth(mine: string, told: Answer): Promise<void> {
    const { words } = this.sheet;
    const by = { by: told.by ?? "" };
    this.isHeld = true;
    this.tell(words.typed);
    const keepMine = button(words.keep_mine, () => {
      this.revision = told.revision ?? this.revision;
      this.isHeld = false;
      this.keeping = this.keeping.then(() => this.keep(true));
    });
    const takeTheirs = button(fill(words.take_theirs, by), () => {
      this.copy.clear();
      location.reload();
    });
    const both = element("div", "", "studio-both");
    this.question.ask(fill(words.clash, by), [keepMine, takeTheirs], [both]);
    await this.draw(both, words.mine ?? "", mine);
    await this.draw(both, fill(words.theirs, by), told.theirs ?? "");
  }

  private async draw(both: HTMLElement, title: string, text: string): Promise<void> {
    const part = document.createElement("section");
    part.append(element("h3", title));
    both.append(part);
    if (this.editor.preview !== undefined) {
      await this.editor.preview(part, text).catch(() => part.append(readable(title, text)));
    } else part.append(readable(title, text));
  }

  private tell(sentence: string | undefined): void {
    this.state.textContent = sentence ?? "";
  }
}

function readable(title: string, text: string): HTMLElement {
  const shown = element("pre", text);
  shown.tabIndex = 0;
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", title);
  return shown;
}
