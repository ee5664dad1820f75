// What the service has refused, in the reader's language. The service says it in English, for programs and logs, and in English says more than the
// code: which value is too long, how many are too many. Other languages have words for the code.

import { say, spoken } from "./catalogue";
import type { ErrorCode } from "./wire";
import { first } from "./words";

/** A refusal, as its frame says it. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  by?: string;
}

/** A refusal in words. A code of a later version is said in the service's. */
export function refusal({ code, message, by }: Refusal): string {
  return spoken === "en" ? message : (words(code, by) ?? message);
}

function words(code: ErrorCode, by?: string): string | null {
  switch (code) {
    case "taken":
      return by === undefined ? say("refused-taken") : say("refused-taken-by", { name: first(by) });
    case "not_allowed":
      return say("refused-not-allowed");
    case "not_found":
      return say("refused-not-found");
    case "over":
      return say("refused-over");
    case "already_active":
      return say("refused-already-active");
    case "too_many":
      return say("refused-too-many");
    case "invalid":
      return say("refused-invalid");
    case "unknown":
      return say("refused-unknown");
    case "note_needed":
      return say("refused-note-needed");
    case "nobody_stays":
      return say("refused-nobody-stays");
    case "cannot_take_over":
      return say("refused-cannot-take-over");
    case "too_late":
      return say("refused-too-late");
    case "client_away":
      return say("refused-client-away");
    case "client_offline":
      return say("refused-client-offline");
    case "rate_limited":
      return say("refused-rate-limited");
    case "busy":
      return say("refused-busy");
    default:
      return null;
  }
}
