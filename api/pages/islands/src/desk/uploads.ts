// Forms that send files (`data-upload`) say before they send what would be refused, and how far they are while
// they send. Without this the browser sends them by itself, and the server says the same.

const FILES = "input[type='file']";

export function showUploads(root: ParentNode = document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    form.querySelector<HTMLInputElement>(FILES)?.addEventListener("change", () => judge(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
}

function judge(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>(FILES);
  if (input === null) return;
  const files = [...(input.files ?? [])];
  const { mostBytes, mostFiles, tooLarge, tooMany } = form.dataset;
  const isLarge = files.some((file) => file.size > Number(mostBytes));
  const isMany = files.length > Number(mostFiles);
  input.setCustomValidity(isMany ? (tooMany ?? "") : isLarge ? (tooLarge ?? "") : "");
  input.reportValidity();
}

/** Sent by XMLHttpRequest, which alone tells how much of a body has gone. */
function send(form: HTMLFormElement): void {
  const request = new XMLHttpRequest();
  const button = form.querySelector<HTMLButtonElement>("button:not([type='button'])");
  const shown = form.querySelector<HTMLElement>(".progress");
  const bar = shown?.querySelector("progress") ?? null;
  const waiting = (waits: boolean): void => {
    if (button !== null) button.disabled = waits;
    if (shown !== null) shown.hidden = !waits;
  };
  request.upload.addEventListener("progress", (event) => {
    if (bar !== null && event.lengthComputable) bar.value = Math.floor((event.loaded / event.total) * 100);
  });
  request.addEventListener("load", () => {
    if (request.status === 200) location.assign(request.responseURL);
    else show(request.responseText);
  });
  request.addEventListener("error", () => {
    waiting(false);
    tell(form, form.dataset["failed"] ?? "");
  });
  tell(form, "");
  waiting(true);
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(form));
}

/** Shows the page that says why not, in the place of the present one. */
function show(page: string): void {
  const found = new DOMParser().parseFromString(page, "text/html").querySelector("main");
  const main = document.querySelector("main");
  if (found === null || main === null) return location.reload();
  main.replaceWith(document.adoptNode(found));
  showUploads(found);
  window.scrollTo(0, 0);
  (found.querySelector<HTMLElement>("[role='alert'][tabindex]") ?? found).focus();
}

function tell(form: HTMLFormElement, words: string): void {
  const place = form.querySelector<HTMLElement>("[data-upload-problem]");
  if (place === null) return;
  place.hidden = words === "";
  place.textContent = words;
}
