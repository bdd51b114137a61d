// Findings: what the server's linter says of what is drawn now, as a list that leads to each place.

import { askQuietly, button, element, fill, type Editor, type Finding, type Sheet } from "./sheet";

const REST = 120;

export class Findings {
  private timer: number | undefined;
  private isAsking = false;
  private isStale = false;

  constructor(
    private readonly sheet: Sheet,
    private readonly editor: Editor,
    private readonly list: HTMLElement,
    private readonly count: HTMLElement,
    private readonly state: HTMLElement,
  ) {}

  // Ask when drawing rests; one question at a time.
  touch(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), REST);
  }

  async ask(): Promise<void> {
    if (this.isAsking) {
      this.isStale = true;
      return;
    }
    this.isAsking = true;
    const body = { name: this.sheet.file, content: await this.editor.text() };
    const answer = await askQuietly(this.sheet.findings, this.sheet.token, body).catch(() => null);
    if (answer?.ok) this.show(((await answer.json()) as { findings: Finding[] }).findings);
    else this.state.textContent = this.sheet.words.not_checked ?? "";
    this.isAsking = false;
    if (!this.isStale) return;
    this.isStale = false;
    this.touch();
  }

  private show(findings: Finding[]): void {
    this.count.textContent = String(findings.length);
    this.state.textContent = findings.length === 0 ? (this.sheet.words.no_findings ?? "") : "";
    this.list.replaceChildren(...findings.map((finding) => this.item(finding)));
    this.list.dataset.ready = "yes";
    this.editor.mark(findings.filter((finding) => finding.file === this.sheet.file));
  }

  private item(finding: Finding): HTMLElement {
    const item = element("li", "", finding.severity);
    const sentence = `${finding.called}: ${finding.message}`;
    if (finding.file === this.sheet.file) {
      const leads = button(sentence, () => this.editor.show(finding));
      leads.className = "link";
      item.append(leads);
    } else {
      const link = element("a", sentence) as HTMLAnchorElement;
      link.href = finding.address;
      item.append(link);
    }
    const { words } = this.sheet;
    item.append(" ", element("span", `${finding.file}, ${fill(words.line, { line: String(finding.line) })}`, "quiet"));
    item.append(document.createElement("br"), `${words.what_to_do ?? ""} ${finding.remedy}`);
    for (const also of finding.consequences) {
      item.append(document.createElement("br"), element("span", fill(words.with_it, { what: also }), "quiet"));
    }
    return item;
  }
}
