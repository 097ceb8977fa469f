import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { signRequestsWith } from "@/api/client";
import { App } from "@/app/App";
import { Door } from "@/app/Door";
import { fetchPage, readFirst } from "@/app/firstPage";
import { followMissingModules } from "@/app/missingModules";
import { makeQueryClient } from "@/app/queryClient";
import { text } from "@/app/text";
import { Wall } from "@/app/Wall";
import { readConfiguration } from "@/auth/configuration";
import { Session, SIGNED_OUT_PATH, wasSignedIn } from "@/auth/session";
import { showAddress } from "@/lib/address";
import { speakPlainly } from "@/lib/inputWords";
import { sentenceOf } from "@/lib/problem";
import { applyTheme, followSystemTheme, usePreferences } from "@/lib/preferences";
import { takeWallKey } from "@/lib/wall";
import "./app.css";

speakPlainly();
applyTheme(usePreferences.getState().theme);
followSystemTheme();

followMissingModules(() => location.reload());

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
  // A module on its way to a page that is left at once would count as one that is gone, and the page be loaded anew.
  if (wasSignedIn()) fetchPage(location.pathname);
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
  showAddress(address);
  signRequestsWith(session.tokens);
  const queries = makeQueryClient();
  readFirst(queries, location);
  root.render(
    <StrictMode>
      <App session={session} queries={queries} />
    </StrictMode>,
  );
}

begin().catch((error: unknown) => {
  root.render(<Door title={text.signInFailed} detail={sentenceOf(error)} onSignIn={() => location.reload()} />);
});
