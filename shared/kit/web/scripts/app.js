// What every page does beyond plain links and forms: panels of other services, and a few buttons.

import "./panels.js";
import "./buttons.js";
import "./offline.js";
