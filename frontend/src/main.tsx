import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { signRequestsWith } from "@/api/client";
import { App } from "@/app/App";
import { Door } from "@/app/Door";
import { makeQueryClient } from "@/app/queryClient";
import { text } from "@/app/text";
import { Wall } from "@/app/Wall";
import { readConfiguration } from "@/auth/configuration";
import { Session, SIGNED_OUT_PATH } from "@/auth/session";
import { sentenceOf } from "@/lib/problem";
import { applyTheme, followSystemTheme, usePreferences } from "@/lib/preferences";
import { takeWallKey } from "@/lib/wall";
import "./app.css";

applyTheme(usePreferences.getState().theme);
followSystemTheme();

// A page that was opened before a deploy asks for chunks that are gone: it is loaded anew.
addEventListener("vite:preloadError", () => location.reload());

const container = document.getElementById("root");
if (container === null) throw new Error("index.html has no #root");
const root = createRoot(container);

async function begin(): Promise<void> {
  const wallKey = takeWallKey();
  if (wallKey !== null) {
    // Nobody signs in at a screen on a wall: its key is all it has.
    signRequestsWith({ token: () => wallKey, renew: () => Promise.resolve(null) });
    root.render(
      <StrictMode>
        <Wall />
      </StrictMode>,
    );
    return;
  }
  const session = new Session(await readConfiguration());
  const signIn = (): void => void session.signIn(import.meta.env.BASE_URL);
  let address: string | null;
  try {
    address = await session.begin(location);
  } catch (error) {
    console.error("sign-in failed", error);
    root.render(<Door title={text.signInFailed} detail={text.signInFailedDetail} onSignIn={signIn} />);
    return;
  }
  if (address === null) return;
  if (address === SIGNED_OUT_PATH) {
    root.render(<Door title={text.signedOut} detail={text.signedOutDetail} onSignIn={signIn} />);
    return;
  }
  // Also takes the code of the sign-in out of the address.
  history.replaceState(null, "", address);
  signRequestsWith(session.tokens);
  root.render(
    <StrictMode>
      <App session={session} queries={makeQueryClient()} />
    </StrictMode>,
  );
}

begin().catch((error: unknown) => {
  root.render(<Door title={text.signInFailed} detail={sentenceOf(error)} onSignIn={() => location.reload()} />);
});
