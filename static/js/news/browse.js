/** What every page of the news does with a script. All of them can be read and used without. */

import "news/keys.js";
import "news/marks.js";
import "news/listen.js";
import "news/size.js";

document.documentElement.classList.add("has-script");
