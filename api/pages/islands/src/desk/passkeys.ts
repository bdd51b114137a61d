// Passkeys (WebAuthn): a form that needs one asks for the options, lets the browser make or use a passkey, and is then
// sent with what the browser answers. Bytes travel as base64url, as in the JSON of WebAuthn, Level 3, which older
// browsers do not turn into bytes by themselves.

interface Descriptor {
  id: string;
  type: "public-key";
}

interface CreationOptions extends Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
}

interface RequestOptions extends Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> {
  challenge: string;
  allowCredentials: Descriptor[];
}

interface Answer {
  options?: CreationOptions | RequestOptions;
  problem?: string;
  field?: string | null;
}

// In a form that takes something else than a passkey too, the button for the passkey says so.
const BY_PASSKEY = "[data-uses-passkey]";

export function proveByPasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      const button = form.querySelector<HTMLButtonElement>(BY_PASSKEY);
      if (button !== null && event.submitter !== button) return;
      event.preventDefault();
      void fillAndSend(form);
    });
  }
}

async function fillAndSend(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>(BY_PASSKEY) ?? form.querySelector<HTMLButtonElement>("button:not([type='button'])");
  const field = form.elements.namedItem("credential");
  if (button === null || !(field instanceof HTMLInputElement) || button.disabled) return;
  button.disabled = true;
  tell(form, "");
  const credential = await proved(form, (problem, at) => tell(form, problem, at));
  button.disabled = false;
  if (credential === null) {
    if (document.activeElement === document.body) button.focus();
    return;
  }
  field.value = credential;
  form.submit();
}

/** What the browser answers to the options that an element names, as JSON; null when `tell` was told why there is none. */
export async function proved(
  element: HTMLElement,
  tell: (problem: string, field?: string | null) => void,
  body: FormData = new FormData(element as HTMLFormElement),
  send: typeof fetch = globalThis.fetch,
): Promise<string | null> {
  const words = element.dataset;
  if (words["origin"] !== location.origin) return tell(words["elsewhere"] ?? ""), null;
  if (!("credentials" in navigator) || !("PublicKeyCredential" in globalThis)) return tell(words["missing"] ?? ""), null;
  try {
    const answer = await send(words["options"] ?? "", { method: "POST", body, headers: { Accept: "application/json" } });
    const said = (await answer.json()) as Answer;
    if (said.options === undefined) return tell(said.problem ?? words["failed"] ?? "", said.field), null;
    return JSON.stringify(await ("user" in said.options ? made(said.options) : used(said.options)));
  } catch (error) {
    const isKnown = error instanceof DOMException && error.name === "InvalidStateError";
    return tell((isKnown ? words["known"] : words["failed"]) ?? ""), null;
  }
}

async function made(options: CreationOptions): Promise<object> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(descriptor),
  };
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  return inJson(credential, { attestationObject: text(response.attestationObject) });
}

async function used(options: RequestOptions): Promise<object> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: options.allowCredentials.map(descriptor),
  };
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  return inJson(credential, {
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    ...(response.userHandle === null ? {} : { userHandle: text(response.userHandle) }),
  });
}

function inJson(credential: PublicKeyCredential, response: Record<string, string>): object {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
    clientExtensionResults: {},
  };
}

function descriptor(known: Descriptor): PublicKeyCredentialDescriptor {
  return { type: known.type, id: bytes(known.id) };
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const letters = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Says above the fields what is wrong, and leads to the field that it is about. */
function tell(form: HTMLFormElement, words: string, field?: string | null): void {
  const place = form.querySelector<HTMLElement>("[role='alert']");
  if (place === null) return;
  place.hidden = words === "";
  place.textContent = words;
  const wrong = field ? form.elements.namedItem(field) : null;
  if (wrong instanceof HTMLInputElement) wrong.focus();
}
