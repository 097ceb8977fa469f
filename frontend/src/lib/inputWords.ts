/** What forms say of what was typed, where a schema has no words of its own: in the words of the API. */
import { z } from "zod";
import { count } from "./numbers";

/** Zod calls it for each issue without a message of its own; undefined leaves it Zod's. */
export function wordsOfIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "too_small": {
      const least = Number(issue.minimum);
      if (issue.origin === "string") return least === 1 ? "is needed" : `must have at least ${count(least)} characters`;
      if (issue.origin === "array") return `must have at least ${count(least)}`;
      return issue.inclusive === false ? `must be more than ${count(least)}` : `must be at least ${count(least)}`;
    }
    case "too_big": {
      const most = Number(issue.maximum);
      if (issue.origin === "string") return `must have at most ${count(most)} characters`;
      if (issue.origin === "array") return `must have at most ${count(most)}`;
      return issue.inclusive === false ? `must be less than ${count(most)}` : `must be at most ${count(most)}`;
    }
    case "invalid_type":
      if (issue.input === undefined || issue.input === null) return "is needed";
      return issue.expected === "int" ? "must be a whole number" : `must be a ${issue.expected}`;
    case "invalid_value":
      return "must be one of those offered";
    case "invalid_format":
      return FORMATS[issue.format];
    default:
      return undefined;
  }
}

const FORMATS: Record<string, string> = {
  email: "must be an e-mail address",
  url: "must be an address such as https://example.com",
};

export function speakPlainly(): void {
  z.config({ customError: wordsOfIssue });
}
