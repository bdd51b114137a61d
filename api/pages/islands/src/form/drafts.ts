// Drafts: what was typed is kept on the server soon after it was typed, and never over what another window kept.

import { say, type Sentences, type Values } from "./sheet";

const REST = 1200;

interface Answer {
  version?: number;
  at?: string;
  detail?: string;
}

export class Drafts {
  private timer: number | undefined;
  private sending: Promise<void> = Promise.resolve();
  private last: string;
  private isStopped = false;

  constructor(
    private readonly address: string,
    private readonly token: string,
    private readonly typed: () => Values,
    private readonly words: Sentences,
    private readonly state: HTMLElement,
    public version: number,
  ) {
    this.last = JSON.stringify(typed());
    addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void this.settle());
  }

  // Something was typed: keep it when typing rests.
  touch(): void {
    if (this.isStopped || JSON.stringify(this.typed()) === this.last) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.settle(), REST);
  }

  // Keep what was typed now, and wait until it is kept.
  settle(): Promise<void> {
    clearTimeout(this.timer);
    this.sending = this.sending.then(() => this.keep());
    return this.sending;
  }

  // Nothing more is kept: the form itself is on its way.
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async keep(): Promise<void> {
    const typed = JSON.stringify(this.typed());
    if (this.isStopped || typed === this.last) return;
    const headers = {
      "Content-Type": "application/json",
      "If-Match": `"v${this.version}"`,
      "X-CSRF-Token": this.token,
    };
    const request = { method: "PUT", headers, body: `{"data":${typed}}`, keepalive: typed.length < 60_000 };
    const answer = await fetch(this.address, request).catch(() => null);
    const told = answer === null ? {} : ((await answer.json().catch(() => ({}))) as Answer);
    if (answer?.ok && told.version !== undefined) {
      this.version = told.version;
      this.last = typed;
      this.tell(say(this.words.draft_kept, { at: told.at ?? "" }));
    } else if (answer?.status === 401) this.ask(this.words.session_ended, [this.link(this.words.sign_in, "/sign-in")]);
    else if (answer?.status === 412) this.offerBoth(told);
    else if (answer?.status === 409) this.tell(told.detail ?? this.words.draft_not_kept ?? "");
    else this.tell(this.words.draft_not_kept ?? "");
  }

  private offerBoth(told: Answer): void {
    this.stop();
    const mine = this.button(this.words.keep_mine, () => {
      this.version = told.version ?? this.version;
      this.isStopped = false;
      void this.settle();
    });
    const theirs = this.button(this.words.take_theirs, () => location.reload());
    this.ask(told.detail, [mine, theirs]);
  }

  private tell(sentence: string): void {
    this.state.className = "hint";
    this.state.textContent = sentence;
  }

  private ask(sentence: string | undefined, ways: HTMLElement[]): void {
    const question = document.createElement("p");
    question.textContent = sentence ?? "";
    const row = document.createElement("p");
    row.className = "buttons";
    row.append(...ways);
    const told = document.createElement("div");
    told.append(question, row);
    this.state.className = "message bad";
    this.state.replaceChildren(told);
  }

  private button(words: string | undefined, press: () => void): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button second small";
    button.textContent = words ?? "";
    button.addEventListener("click", press);
    return button;
  }

  private link(words: string | undefined, address: string): HTMLElement {
    const link = document.createElement("a");
    link.className = "button second small";
    link.href = address;
    link.target = "_blank";
    link.textContent = words ?? "";
    return link;
  }
}
