import { http, HttpResponse } from "msw";
import type { UserManager } from "oidc-client-ts";
import { afterEach, expect, it, vi } from "vitest";
import { server } from "#tests/server";
import { Session } from "./session";

const CONFIGURATION = {
  issuer: "https://cognito-idp.eu-central-1.amazonaws.com/pool",
  client_id: "app",
  sign_in_url: "https://sign-in.example",
};
const REVOCATION = "https://sign-in.example/oauth2/revoke";

afterEach(() => {
  vi.unstubAllGlobals();
});

function signedIn(refreshToken: string | undefined) {
  const assign = vi.fn();
  vi.stubGlobal("location", { origin: "https://app.example", assign });
  const removeUser = vi.fn(() => Promise.resolve());
  const manager = {
    events: { addUserLoaded: vi.fn() },
    getUser: () => Promise.resolve({ refresh_token: refreshToken }),
    removeUser,
  };
  return { session: new Session(CONFIGURATION, manager as unknown as UserManager), removeUser, assign };
}

it("takes the refresh token back on the way out", async () => {
  const revoked: string[] = [];
  server.use(
    http.post(REVOCATION, async ({ request }) => {
      revoked.push(await request.text());
      return new HttpResponse();
    }),
  );
  const { session, removeUser, assign } = signedIn("refresh-1");
  await session.signOut();
  expect(revoked).toEqual(["token=refresh-1&client_id=app"]);
  expect(removeUser).toHaveBeenCalledOnce();
  expect(assign).toHaveBeenCalledWith(
    "https://sign-in.example/logout?client_id=app&logout_uri=https%3A%2F%2Fapp.example%2Fapp%2Fsigned-out",
  );
});

it("leaves all the same when the pool can't be reached", async () => {
  server.use(http.post(REVOCATION, () => HttpResponse.error()));
  const { session, removeUser, assign } = signedIn("refresh-1");
  await session.signOut();
  expect(removeUser).toHaveBeenCalledOnce();
  expect(assign).toHaveBeenCalledOnce();
});

it("has nothing to take back without a refresh token", async () => {
  server.use(http.post(REVOCATION, () => expect.unreachable()));
  const { session, assign } = signedIn(undefined);
  await session.signOut();
  expect(assign).toHaveBeenCalledOnce();
});
