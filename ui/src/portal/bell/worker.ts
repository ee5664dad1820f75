// The service worker of a portal: one for each, below its own path, so that neither sees the other's pages.

import { serve, type Scope } from "./clicks";

serve(globalThis as unknown as Scope);
