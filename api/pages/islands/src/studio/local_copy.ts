// A copy of what is drawn in this browser, for a closed tab, a lost network and an ended session.

interface Copy {
  text: string;
  revision: number;
  at: string;
}

export class LocalCopy {
  private readonly key: string;

  constructor(draft: string, file: string) {
    this.key = `stoa-studio:${draft}:${file}`;
  }

  // Keep the text, which was drawn on that revision. A browser whose space is full keeps what it has.
  put(text: string, revision: number): void {
    try {
      localStorage.setItem(this.key, JSON.stringify({ text, revision, at: new Date().toISOString() }));
    } catch (problem) {
      console.warn("This browser keeps no copy.", problem);
    }
  }

  // The text is kept on the server.
  clear(): void {
    localStorage.removeItem(this.key);
  }

  found(): Copy | null {
    const kept = localStorage.getItem(this.key);
    return kept === null ? null : (JSON.parse(kept) as Copy);
  }
}
