// What every page of the desk loads: htmx, which swaps parts of pages instead of whole ones, what keeps a
// worklist up to date, what asks to sign in again in the middle of a page, what proves a passkey, and what shows how
// far an upload is. Every page works without any of it, but for passkeys.

import "htmx.org";

import { keepUpToDate } from "./desk/live";
import { forgetWhatWasSaid } from "./desk/said";
import { proveByPasskeys } from "./desk/passkeys";
import { askToSignInAgain, sendAtOnce } from "./desk/sign_in_again";
import { leadByArrows } from "./desk/typeahead";
import { showUploads } from "./desk/uploads";

askToSignInAgain();
forgetWhatWasSaid();
keepUpToDate();
leadByArrows();
proveByPasskeys();
sendAtOnce();
showUploads();
