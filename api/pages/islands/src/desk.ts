// What every page of the desk loads: htmx, which swaps parts of pages instead of whole ones.

import "htmx.org";
