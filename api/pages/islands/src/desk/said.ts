// What came of an act is named in the address that one is brought to. Once it is shown, the address forgets
// it, so that going back or loading again does not say it twice; and whoever listens is brought to it.

export function forgetWhatWasSaid(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has("said")) return;
  address.searchParams.delete("said");
  address.searchParams.delete("n");
  history.replaceState(history.state, "", address);
}
