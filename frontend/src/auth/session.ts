/** Signing in on the pool's hosted page (authorization code with PKCE), and staying signed in. */
import { UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import type { TokenSource } from "@/api/client";
import type { Configuration } from "./configuration";

export const CALLBACK_PATH = "/app/sign-in/callback";
export const SIGNED_OUT_PATH = "/app/signed-out";

/** Seconds before the access token's end at which a new one is fetched. */
const RENEW_AHEAD = 120;

/** Milliseconds that signing out waits for the pool. */
const REVOCATION_PATIENCE = 3000;

/**
 * Tokens are in sessionStorage: they survive a reload, end with the tab, and no other tab or later visitor reads them.
 * docs/security.md says why.
 */
export function makeUserManager(configuration: Configuration): UserManager {
  const { issuer, client_id, sign_in_url } = configuration;
  return new UserManager({
    authority: issuer,
    metadata: {
      issuer,
      authorization_endpoint: `${sign_in_url}/oauth2/authorize`,
      token_endpoint: `${sign_in_url}/oauth2/token`,
      end_session_endpoint: `${sign_in_url}/logout`,
    },
    client_id,
    redirect_uri: location.origin + CALLBACK_PATH,
    response_type: "code",
    scope: "openid email profile",
    automaticSilentRenew: true,
    accessTokenExpiringNotificationTimeInSeconds: RENEW_AHEAD,
    loadUserInfo: false,
    monitorSession: false,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  });
}

/** Whether somebody has signed in in this tab, who most likely still is: then nobody is sent to the hosted page. */
export function wasSignedIn(): boolean {
  return Object.keys(sessionStorage).some((name) => name.startsWith("oidc.user:"));
}

export class Session {
  readonly #manager: UserManager;
  readonly #configuration: Configuration;
  #user: User | null = null;
  #renewing: Promise<string | null> | null = null;
  #leaving = false;

  constructor(configuration: Configuration, manager: UserManager = makeUserManager(configuration)) {
    this.#configuration = configuration;
    this.#manager = manager;
    manager.events.addUserLoaded((user) => {
      this.#user = user;
    });
  }

  readonly tokens: TokenSource = {
    token: () => this.#user?.access_token ?? null,
    renew: () => (this.#renewing ??= this.#renew()),
  };

  /**
   * Where to go on, as a path within the application; null when the browser is on its way to the hosted page.
   * Throws when the sign-in failed.
   */
  async begin(address: Location): Promise<string | null> {
    const here = address.pathname + address.search + address.hash;
    if (address.pathname === SIGNED_OUT_PATH) return here;
    if (address.pathname === CALLBACK_PATH) {
      this.#user = await this.#manager.signinRedirectCallback(address.href);
      return typeof this.#user.state === "string" ? this.#user.state : import.meta.env.BASE_URL;
    }
    const known = await this.#manager.getUser();
    this.#user = known?.expired === true ? await this.#refreshed() : known;
    if (this.#user !== null) return here;
    await this.signIn(here);
    return null;
  }

  /** Leave for the hosted page; afterwards the person is back at `returnTo`. */
  async signIn(returnTo: string): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    await this.#manager.clearStaleState();
    await this.#manager.signinRedirect({ state: returnTo });
  }

  /** Take the refresh token back, forget the tokens here and the sign-in at the hosted page. */
  async signOut(): Promise<void> {
    this.#leaving = true;
    await this.#revoke((await this.#manager.getUser())?.refresh_token);
    await this.#manager.removeUser();
    const query = new URLSearchParams({
      client_id: this.#configuration.client_id,
      logout_uri: location.origin + SIGNED_OUT_PATH,
    });
    location.assign(`${this.#configuration.sign_in_url}/logout?${query.toString()}`);
  }

  /**
   * RFC 7009. A form without CORS, whose answer nobody reads: who wants to leave leaves, also when the pool can't be
   * reached; the token ends with its time then.
   */
  async #revoke(refreshToken: string | undefined): Promise<void> {
    if (refreshToken === undefined) return;
    const { client_id, sign_in_url } = this.#configuration;
    await fetch(`${sign_in_url}/oauth2/revoke`, {
      method: "POST",
      mode: "no-cors",
      body: new URLSearchParams({ token: refreshToken, client_id }),
      signal: AbortSignal.timeout(REVOCATION_PATIENCE),
    }).catch(() => undefined);
  }

  async #renew(): Promise<string | null> {
    try {
      this.#user = await this.#refreshed();
      if (this.#user === null) await this.signIn(location.pathname + location.search);
      return this.#user?.access_token ?? null;
    } finally {
      this.#renewing = null;
    }
  }

  /** Null when the refresh token is not taken any more: the session is over, whatever the reason. */
  async #refreshed(): Promise<User | null> {
    try {
      return await this.#manager.signinSilent();
    } catch {
      await this.#manager.removeUser();
      return null;
    }
  }
}
