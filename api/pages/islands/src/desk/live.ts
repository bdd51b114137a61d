// Keeps the worklist up to date while one looks at it. The server tells the pulse of the branch by an event,
// ends the stream, and is asked again by the browser itself after the time that it said; when the pulse is
// another one, the rows are fetched and morphed in place, so that focus, ticks and scroll position stay.

import htmx from "htmx.org";

const STREAM = "/desk/changes";
const PARTS = ["#rows", "#tabs"];

export function keepUpToDate(): void {
  if (rows() === null) return;
  let stream: EventSource | null = null;

  const listen = (): void => {
    stream ??= follow();
  };
  const rest = (): void => {
    stream?.close();
    stream = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  addEventListener("pagehide", rest);
  listen();
}

function follow(): EventSource {
  const stream = new EventSource(STREAM);
  stream.addEventListener("pulse", (event: MessageEvent<string>) => {
    const shown = rows();
    if (shown !== null && shown.dataset["pulse"] !== event.data) void refresh();
  });
  return stream;
}

async function refresh(): Promise<void> {
  const ticked = new Set(tickedTasks());
  const answer = await fetch(location.href, { headers: { "HX-Request": "true", Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of PARTS) {
    const target = document.querySelector(part);
    const text = fresh.querySelector(part)?.outerHTML;
    if (target !== null && text !== undefined) await htmx.swap({ target, text, swap: "outerMorph" });
  }
  for (const box of boxes()) box.checked = ticked.has(box.value);
  const news = document.querySelector<HTMLElement>("#news");
  if (news !== null) news.textContent = news.dataset["text"] ?? "";
}

function rows(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#rows[data-pulse]");
}

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("#rows input[name='task']")];
}

function tickedTasks(): string[] {
  return boxes()
    .filter((box) => box.checked)
    .map((box) => box.value);
}
