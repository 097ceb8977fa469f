import { onlineManager } from "@tanstack/react-query";
import { lazy, type ComponentType, type LazyExoticComponent, type ReactNode } from "react";

/** A module that could not be fetched; `forget` has it asked for again by who wants it next. */
export class MissingModuleError extends Error {
  override name = "MissingModuleError";
  readonly forget: () => void;

  constructor(cause: unknown, forget: () => void) {
    super("a module could not be fetched", { cause });
    this.forget = forget;
  }
}

interface Module<Props> {
  default: ComponentType<Props>;
}

interface Lazily<Props> {
  (props: Props): ReactNode;
  /** Fetches it before it is shown. One that does not come is asked for again, and missed aloud, where it is shown. */
  prepare: () => void;
}

/** As React's `lazy`, which keeps a failure for ever: here a module that was missed can be asked for again. */
export function lazily<Props extends object>(load: () => Promise<Module<Props>>): Lazily<Props> {
  let there: Module<Props> | undefined;
  const fetched = async (): Promise<Module<Props>> => {
    if (there !== undefined) return there;
    // Browsers keep failures as well (whatwg/html#6768): what is certain to fail is not asked for.
    if (!onlineManager.isOnline()) throw new Error("there is no connection");
    there = await load();
    return there;
  };
  const ask = (): LazyExoticComponent<ComponentType<Props>> => {
    const asked = lazy(() =>
      fetched().catch((cause: unknown) => {
        throw new MissingModuleError(cause, () => {
          // Others may have forgotten it before, and it is on its way.
          if (Content === asked) Content = ask();
        });
      }),
    );
    return asked;
  };
  let Content = ask();
  const Lazily = (props: Props): ReactNode => <Content {...props} />;
  return Object.assign(Lazily, { prepare: () => void fetched().catch(() => undefined) });
}
