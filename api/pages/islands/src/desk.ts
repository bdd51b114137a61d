// What every page of the desk loads: htmx, which swaps parts of pages instead of whole ones, what keeps a
// worklist up to date, and what asks to sign in again in the middle of a page. Every page works without any of it.

import "htmx.org";

import { keepUpToDate } from "./desk/live";
import { forgetWhatWasSaid } from "./desk/said";
import { askToSignInAgain, sendAtOnce } from "./desk/sign_in_again";
import { leadByArrows } from "./desk/typeahead";

askToSignInAgain();
forgetWhatWasSaid();
keepUpToDate();
leadByArrows();
sendAtOnce();
