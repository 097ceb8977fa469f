/** What an access token says of who has it. It decides which question is asked first; the API decides what is allowed. */
import { z } from "zod";

const Claims = z.object({ roles: z.array(z.string()).optional(), "cognito:groups": z.array(z.string()).optional() });

/** Whether the token is an operator's, who is on another side of the API than the people of tenants. */
export function isOfOperators(token: string | null): boolean {
  const { roles, "cognito:groups": groups } = claimsOf(token);
  return (roles ?? groups ?? []).some((role) => role === "operator" || role === "operator-admin");
}

function claimsOf(token: string | null): z.infer<typeof Claims> {
  const [, payload = ""] = token?.split(".") ?? [];
  try {
    // Roles are plain ASCII, so that nothing is lost by reading bytes as characters.
    return Claims.parse(JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))));
  } catch {
    return {};
  }
}
