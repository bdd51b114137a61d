// What every page of the desk loads: htmx, which swaps parts of pages instead of whole ones, and what keeps a
// worklist up to date. Every page works without any of it.

import "htmx.org";

import { keepUpToDate } from "./desk/live";
import { forgetWhatWasSaid } from "./desk/said";

forgetWhatWasSaid();
keepUpToDate();
