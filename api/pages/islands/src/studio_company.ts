// The company island of the studio: who else is in the draft, on the page that shows it as a whole.

import { Company } from "./studio/company";
import { readSheet } from "./studio/sheet";

const place = document.querySelector<HTMLElement>("[data-island='studio']");
const company = document.getElementById("studio-company");
if (place !== null && company !== null) void new Company(readSheet(place), company, null, () => Infinity).keepAsking();
