// What is found while one types: the arrow keys lead from the field to the links and back, Enter opens the first.
// Where no script runs, the same links are reached by Tab.

export function leadByArrows(): void {
  for (const finder of document.querySelectorAll<HTMLFormElement>("form[data-typeahead]")) {
    const found = document.getElementById(finder.dataset.typeahead ?? "");
    const field = finder.querySelector<HTMLInputElement>("input[type=search]");
    if (found !== null && field !== null) lead(field, found);
  }
}

function lead(field: HTMLInputElement, found: HTMLElement): void {
  const links = () => [...found.querySelectorAll<HTMLAnchorElement>("a")];
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const [first] = links();
    if (first === undefined) return;
    if (event.key === "ArrowDown") go(event, first);
    else if (event.key === "Enter" && isOf(field.value, found)) open(event, first);
  });
  found.addEventListener("keydown", (event) => {
    const all = links();
    const place = all.indexOf(document.activeElement as HTMLAnchorElement);
    if (place < 0) return;
    if (event.key === "ArrowDown") go(event, all[place + 1] ?? all[place]);
    else if (event.key === "ArrowUp") go(event, all[place - 1] ?? field);
    else if (event.key === "Escape") go(event, field);
  });
}

// Whether what is shown was found for what stands in the field now, and not for what stood there before. With an
// empty field nothing was asked for, so there is nothing to open.
function isOf(typed: string, found: HTMLElement): boolean {
  const text = found.querySelector<HTMLElement>("[data-found-for]")?.dataset.foundFor;
  return typed.trim() !== "" && text === typed.trim();
}

function go(event: Event, to: HTMLElement | undefined): void {
  event.preventDefault();
  to?.focus();
}

function open(event: Event, link: HTMLAnchorElement): void {
  event.preventDefault();
  event.stopPropagation();
  link.click();
}
